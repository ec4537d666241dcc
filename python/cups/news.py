"""What has happened, told after its commit: tagged structs, and the bus that carries them.

A lower feature announces; the composition root (`cups.app`) connects whoever wants to know. In one process the bus calls its
subscribers at once, in the order of commits; over many, the same structs travel encoded.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec
import structlog

from cups._core import SaidBatch
from cups.reach import Withheld
from cups.wire.bots import BotTalk
from cups.wire.chats import Mark, Message
from cups.wire.people import Agreement, Person
from cups.wire.rooms import Pin, RoomNow, Warning
from cups.wire.standing import Decision
from cups.wire.words import WordKind

log = structlog.get_logger()


class News(msgspec.Struct, kw_only=True, tag=True):
    pass


class Origin(msgspec.Struct, frozen=True):
    """The connection that asked and its ref: it is acked before the others are told."""

    conn: int
    ref: str


class MessageSaid(News):
    """`author`: the account, by which those who do not hear them are left out."""

    channel: str
    author: str
    message: Message
    origin: Origin | None = None


class MessagesSaid(News):
    """Messages of one turn, as `MessageSaid` tells of one: those of `batch` from `first` to before `last`, in order. Within one process only."""

    batch: SaidBatch
    first: int
    last: int


class MessageChanged(News):
    """Edited, or removed: then no outbox, history or recovery gives the text away any more."""

    channel: str
    seq: int
    author: str
    message: Message
    origin: Origin | None = None


class MarkMoved(News):
    channel: str
    mark: Mark


class RequestOpened(News):
    """Somebody waits, or waits again at the old rank. Carries all that the index and the boards need."""

    id: str
    asker: str
    person: Person
    pool: str
    topic: str
    language: str
    severity: int
    first_at: int
    opened_at: int
    fence: int


class RequestRings(News):
    """A personal request began to ring at a listener, who has until `until`."""

    id: str
    asker: str
    listener: str
    until: int


class RequestHeld(News):
    """`until`: when the lease ends, if the listener has not come into the chat by then. `listener`: whom it was asked of, if personally."""

    id: str
    asker: str
    chat: str
    until: int
    listener: str = ""


class RequestClosed(News):
    """`matched`: the listener is in the chat. Every other reason has no chat. `listener`: whom it was asked of, if personally."""

    id: str
    asker: str
    pool: str
    reason: str
    at: int
    place: int = 0
    chat: str | None = None
    listener: str = ""


class ChatOpened(News):
    id: str
    member: str
    listener: str
    at: int


class ChatChanged(News):
    id: str
    member: str
    listener: str
    ended: bool


class WarningGiven(News):
    person: str
    warning: Warning


class Sanctioned(News):
    """A mute, a mute in, removal or ban from a room (`channel`), or a ban from all rooms (`channel` None) began, or a parent took back their consent. Told of each of a person's
    accounts, so that all their connections are out at once."""

    person: str
    kind: str
    channel: str | None
    until: int | None


class SessionsEnded(News):
    """All sessions of this account ended (or one, by its token's hash): its sockets close."""

    account: str
    token_hash: str | None = None
    code: str = "not-signed-in"
    renewed: bool = False
    """The same account has a new session on the same device: its pages come back by the new cookie."""
    switched: bool = False
    """Its person goes on under their other account, which may have been made this very moment."""


class AccountChanged(News):
    account: str


class BlocksChanged(News):
    """Whom a person has blocked is different now. `accounts`: theirs; `withheld`: by account, as `reach.withheld` wants it."""

    accounts: tuple[str, ...]
    withheld: dict[str, Withheld]


class AgreementPublished(News):
    """In force from now on: whoever has to have accepted it is asked at their next act."""

    agreement: Agreement


class NameWordChanged(News):
    """Staff put a word into the lists of those that no name may hold, or took it out."""

    kind: WordKind
    key: str
    held: bool


class LimitsChanged(News):
    """Settings that staff changed while running, by their names; None: as the process was started again."""

    values: dict[str, int | None]


class LimitsSpent(News):
    """What people used up of limits by what they said at another process: rule, key, and how many times. Only between processes."""

    spent: tuple[tuple[str, str, int], ...]


class RoomChanged(News):
    """`now`: how moderators have set it, where that is what changed."""

    channel: str
    retired: bool = False
    now: RoomNow | None = None


class MessagePinned(News):
    channel: str
    author: str
    pin: Pin


class MessageUnpinned(News):
    channel: str
    seq: int


class DecisionTaken(News):
    """A moderator decided about somebody by hand: they are told."""

    person: str
    decision: Decision


class ConcernRaised(News):
    """What somebody wrote may be a sign of danger: they are shown help. `hidden`: contact details in it were covered."""

    id: str
    person: str
    channel: str
    kind: str
    hidden: bool = False


class ConcernWaits(News):
    """Somebody of staff is to look after this. `urgent`: contact details came with it. `again`: nobody has taken it in time."""

    id: str
    kind: str
    urgent: bool
    again: bool = False


class ConcernTaken(News):
    """Somebody looks after it, or has."""

    id: str


class BotTold(News):
    """Somebody answered a bot: their own pages hear of it, and nobody else's."""

    account: str
    talk: BotTalk


class MessagesExpired(News):
    """Retention took every message of this channel with a number below `before`; `pruned` is the highest `rev` that went so far."""

    channel: str
    before: int
    pruned: int


N = TypeVar("N", bound=News)


class Bus(Protocol):
    def publish(self, news: News) -> None: ...

    def subscribe(self, kind: type[N], handler: Callable[[N], None]) -> None:
        """`handler` runs on the loop's thread, must not block and must not raise."""


class LocalBus:
    """The bus of one process."""

    def __init__(self) -> None:
        self._handlers: dict[type[News], list[Callable[[Any], None]]] = defaultdict(list)

    def publish(self, news: News) -> None:
        for handler in self._handlers[type(news)]:
            try:
                handler(news)
            except Exception:
                # One broken subscriber must not keep the others, or the writer that tells the news, from going on.
                log.exception("news handler failed", news=type(news).__name__)

    def subscribe(self, kind: type[N], handler: Callable[[N], None]) -> None:
        self._handlers[kind].append(handler)
