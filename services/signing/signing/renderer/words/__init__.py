"""The words of the page in French and English, and how figures and dates are written in each."""
