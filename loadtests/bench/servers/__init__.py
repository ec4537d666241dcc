"""Our own servers, ready for a run: a program each, which prints its port."""
