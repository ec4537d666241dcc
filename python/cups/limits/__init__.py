"""Limits: how much somebody may do at once, by who they are, and the figures that staff change while the server runs."""
