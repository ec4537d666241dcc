"""A small world around the real queue: real services, statements and boards over SQLite in memory, with a clock, chance and crashes of our own.

One seed makes one course of events, always the same. What the services promise is held against what is committed (`oracle.py`) and
what listeners were shown (`hub.py`); `bugs.py` plants what the checks have to find.
"""
