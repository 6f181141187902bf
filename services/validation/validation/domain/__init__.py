"""The rules of buyers, and the verdict about one submission: pure."""
