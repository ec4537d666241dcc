"""Servers to compare with, each as its library comes, each a program of its own that prints its port."""
