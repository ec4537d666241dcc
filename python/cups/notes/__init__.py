"""Notes that somebody keeps for themselves, about a person or a chat (SPEC B9). Nobody else reads them, staff included."""
