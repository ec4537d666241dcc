"""Programs that talk with people, and always say that they are programs. Today: Noni, with those who wait in the queue."""
