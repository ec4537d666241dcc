"""What an operator is told in one line when a backup or a restore cannot be had."""


class BackupFailed(Exception):
    """No backup was made; what was there before is as it was."""


class BackupUnusable(Exception):
    """This file gives no instance: damaged, cut short, sealed with another key or one that was destroyed, or made by a newer cups."""


class NotEmpty(Exception):
    """Restoring would write over what is there."""
