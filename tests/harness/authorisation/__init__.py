"""Who may do what, as one table (`tests/authorisation/matrix.yaml`), and what holds a running server to it."""
