"""cups: the open platform for online emotional support."""
