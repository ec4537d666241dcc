"""What a process can say of itself, for Prometheus and for whoever looks: on a port of its own, never on the one that the public reaches.

Figures are asked of the parts when they are scraped, or are counted where the act is; no label carries a name, an id or a text, and each has as many
values as there are routes, jobs or words in our code at the most. `parts.py` says which families a kind of process has.
"""
