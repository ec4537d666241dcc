"""Warnings and the ladder, sanctions, bans: what the platform does about behaviour."""
