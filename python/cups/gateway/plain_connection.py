"""What the plain reactor knows of one connection, and the settings."""

import select
import socket
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import Enum, auto
from ipaddress import IPv6Address, IPv6Network, ip_address
from itertools import islice

from cups.gateway.plain_frames import Mode, Parser
from cups.gateway.reactor_events import End
from cups.networks import network

IN, OUT = select.EPOLLIN, select.EPOLLOUT


@dataclass(frozen=True, kw_only=True)
class Settings:
    max_head_bytes: int = 16_384
    max_frame_bytes: int = 65_536
    max_fragments: int = 64
    max_connections: int = 20_000
    max_connections_per_address: int = 512
    exempt_addresses: Sequence[str] = ()
    """These may open as many as fit in all."""
    control_frames_burst: int = 60
    control_frames_per_s: int = 10
    head_timeout_s: float = 5.0
    frame_timeout_s: float = 20.0
    heartbeat_s: float = 25.0
    pong_timeout_s: float = 20.0
    send_timeout_s: float = 10.0
    close_timeout_s: float = 3.0
    outbox_bytes: int = 1_048_576
    outbox_frames: int = 4096
    lazy_ms: float = 8.0
    lazy_us_each: float = 0.0
    lazy_most_ms: float = 100.0
    coalesce_ms: float = 5.0
    """For the native one: here nothing is held back but what is lazy."""
    flush_connections: int = 256
    ring: bool = True
    """For the native one, which writes to many with one system call where the system allows it."""
    busy_answer: bytes = b""
    """To whom a limit turns away; and to whom sends too long a head:"""
    head_answer: bytes = b""

    def __post_init__(self) -> None:
        """ValueError for what makes no sense."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float):
                if not 0 <= value < float("inf"):
                    raise ValueError(f"{field.name} is out of range")
            elif isinstance(value, int):
                most = {"max_head_bytes": 1 << 30, "max_frame_bytes": 1 << 30, "max_connections": 1 << 23}
                least = field.name not in ("max_fragments", "control_frames_burst", "control_frames_per_s")
                if not least <= value <= most.get(field.name, (1 << 63) - 1):
                    raise ValueError(f"{field.name} is out of range")
        for one in self.exempt_addresses:
            network(one)


class State(Enum):
    CONNECTING = auto()
    ASKED = auto()
    """The head was told, and waits for its answer."""
    OPEN = auto()
    CLOSING = auto()


class Queued(bytes):
    """A frame in an outbox, which gives back the same object that it was given."""

    tag: str | None = None


class Connection:
    def __init__(self, id: int, sock: socket.socket, now: float, settings: Settings) -> None:
        self.id, self.sock, self.fd, self.address = id, sock, sock.fileno(), address_of(sock)
        self.state, self.format, self.since = State.CONNECTING, 0, now
        self.groups: set[str] = set()
        self.parser = Parser(settings.max_frame_bytes, settings.max_fragments)
        self.interest, self.paused, self.at_eof, self.overflowed = IN, False, False, False
        self.out: deque[Queued] = deque()
        """What has left the outbox and is not written, and how much of its first is."""
        self.written = 0
        self.heard, self.pinged = now, False
        self.stuck: float | None = None
        """Since when nothing could be written."""
        self.begun: float | None = None
        """Since when a frame or a diverted message is incomplete."""
        self.end, self.deadline = End.CLOSED, 0.0
        self.bare = False
        """Closes before its upgrade: the end of the stream stands for a close frame, on both sides."""
        self.answer: bytes | None = None
        """To the client's close frame, until the turn's end."""
        self.dismissed = False
        """Nobody knows of it; it is being told why it may not come in."""

    @property
    def reads(self) -> bool:
        if self.state is State.OPEN:
            return not (self.paused or self.parser.mode is Mode.WAITS or self.parser.full)
        return self.state is State.CONNECTING or (self.state is State.CLOSING and not self.at_eof)

    def keep_begun(self) -> None:
        """Drops what was to be written, but for the rest of a frame that the client has half of."""
        self.out = deque(islice(self.out, 1 if self.written else 0))


def address_of(sock: socket.socket) -> str:
    """The peer's, without the port; an IPv4 address that comes as IPv6 is told as IPv4. Empty where there is none."""
    try:
        name = sock.getpeername()
    except OSError:
        return ""
    return canonical(str(name[0]).partition("%")[0]) if isinstance(name, tuple) else ""


def home(address: str) -> str:
    """What a limit by address counts as one: of IPv6 the /64, of which one household or one machine has every address."""
    return str(IPv6Network((address, 64), strict=False)) if ":" in address else address


def canonical(address: str) -> str:
    """An IP address as it is told and counted. ValueError for what is none."""
    parsed = ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
