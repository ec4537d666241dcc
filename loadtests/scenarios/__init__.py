"""What people do, one file for each behaviour."""
