"""The HTTP side: the Litestar application, its pages, sessions and problem answers."""
