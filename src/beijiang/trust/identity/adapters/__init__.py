"""What identity borrows: password hashing, and tokens as RFC 9068 writes them."""
