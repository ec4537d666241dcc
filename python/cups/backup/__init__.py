"""Backups: one sealed file of all that an instance needs, under a key that time destroys; and a new instance from it."""
