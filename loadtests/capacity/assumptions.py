"""What people are taken to do, and how full parts may be: nothing here was measured on people, and everything can be set otherwise."""

from dataclasses import dataclass

DAY_S = 86_400


@dataclass(frozen=True)
class People:
    """Of one visit, on average."""

    visits_a_day: int = 16_000_000
    peak: float = 1.8
    """The busiest hour, against the mean of the day."""
    minutes: float = 12.0
    """How long a page with a socket is open."""
    pages: float = 6.0
    """Pages loaded, and:"""
    reads: float = 10.0
    """Requests of REST that read, and:"""
    changes: float = 1.5
    """that change something: passing the gate, asking, rating."""
    returns: float = 0.5
    """Sockets that broke and came back."""
    talks: float = 0.06
    """The share of visits in which somebody talks with a listener, with so many messages of both:"""
    talk_messages: float = 40.0
    in_rooms: float = 0.15
    """The share that is in a room all the time, with so many messages of their own:"""
    room_messages: float = 3.0
    room_people: float = 40.0
    """In one room, at the busiest hour."""
    light: float = 4.0
    """Typing, receipts and presence for each message, to as many people as the message."""


@dataclass(frozen=True)
class Limits:
    """How a site is laid out."""

    full: float = 0.6
    """The share of a core, or of the writer's turn, that is used at the busiest hour: the rest is for what no average knows."""
    connections: int = 15_000
    """Sockets of one gateway (CUPS_MAX_CONNECTIONS is 20,000): the others have room for those of one that goes."""
    spare: int = 1
    """Of each kind of process, beyond what is needed: one may be gone."""


TODAY = People(visits_a_day=16_000)
THOUSANDFOLD = People()
