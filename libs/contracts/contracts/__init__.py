"""What crosses a service boundary: facts, their envelope, references, money, status codes, topics and limits."""
