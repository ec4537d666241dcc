"""cups: the open platform for online emotional support."""

__version__ = "0.1.0"
