"""What staff do over REST, and the audit log that every such act is written to."""
