"""The words of registration's mails, in French and English."""
