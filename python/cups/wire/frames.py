"""The live protocol: what crosses the WebSocket, as tagged unions (`type` says which).

Every frame that asks for something carries `ref`, and is answered by `ack`, by the answer named in its docstring, or by `error`
with the same ref. A `send` whose ref was seen before is answered by the same ack: sending again is always safe.
"""

from typing import Literal

from cups.wire.base import Body, Id, Millis, Ref, Seq, Text
from cups.wire.bots import BotTalk
from cups.wire.chats import Chat, Mark, Message
from cups.wire.people import Me, Person
from cups.wire.requests import Board, BoardPlace, PersonalRequest, RequestState
from cups.wire.rooms import Pin, RoomNow, Warning
from cups.wire.standing import Decision

PROTOCOL = "cups.v1.json"
"""The WebSocket subprotocol: JSON in text messages. A client that asks for none gets this one."""
PROTOCOL_PACKED = "cups.v1.msgpack"
"""The same frames as MessagePack in binary messages."""
TICKET = "cups.ticket."
"""What stands before a ticket among the subprotocols that a client offers: a page can put it nowhere else but in the address, where logs would show it."""


class Frame(Body, tag_field="type"):
    pass


class Position(Body):
    """Where a client was: the channel's epoch and the last number it holds without a gap."""

    epoch: str
    seq: Seq


# From the client.


class Subscribe(Frame, tag="subscribe"):
    """Enters a channel; answered by `subscribed`. With `since`, only what came after it is sent, if that is still whole."""

    ref: Ref
    channel: Id
    since: Position | None = None


class Unsubscribe(Frame, tag="unsubscribe"):
    ref: Ref
    channel: Id


class Send(Frame, tag="send"):
    """Says something; acked after it is stored for good."""

    ref: Ref
    channel: Id
    text: Text
    reply_to: Seq | None = None


class Edit(Frame, tag="edit"):
    """Changes one's own message, for 5 minutes."""

    ref: Ref
    channel: Id
    seq: Seq
    text: Text


class Delete(Frame, tag="delete"):
    """Takes one's own message back, for 5 minutes."""

    ref: Ref
    channel: Id
    seq: Seq


class Typing(Frame, tag="typing"):
    """Never answered. Send it at most every 3 s while the person types."""

    channel: Id


class Marked(Frame, tag="mark"):
    """Never answered. Both numbers only ever rise. Chats only."""

    channel: Id
    delivered: Seq
    read: Seq


class WatchBoard(Frame, tag="watch-board"):
    """A listener follows the queue: `board` comes at once, then `board-changed` with each change."""

    ref: Ref


class UnwatchBoard(Frame, tag="unwatch-board"):
    ref: Ref


class SeeWarning(Frame, tag="see-warning"):
    """Marks a warning, or what `decided` told, as read: until then it comes with every connection."""

    ref: Ref
    id: Id


class Ping(Frame, tag="ping"):
    """Answered by `pong`: lets a page find out that its connection is dead."""

    ref: Ref


ClientFrame = (
    Subscribe | Unsubscribe | Send | Edit | Delete | Typing | Marked | WatchBoard | UnwatchBoard | SeeWarning | Ping
)

# From the server.


class Welcome(Frame, tag="welcome"):
    """The first frame. An own waiting request, open chats and unseen warnings follow as frames of their own.

    `ticket`: offered among the subprotocols as `cups.ticket.<ticket>`, it brings this person back quickly, once.
    """

    me: Me
    now: Millis
    heartbeat_ms: int
    ticket: str


class Ack(Frame, tag="ack"):
    """Done, and stored. For `send`, `edit` and `delete`: the event's number in its channel."""

    ref: Ref
    channel: Id | None = None
    seq: Seq | None = None
    at: Millis | None = None


class Refused(Frame, tag="error"):
    """Not done. `retry_at` says when it will be allowed; `ref` is None where the frame could not be read.

    `detail` says what to do, in the person's language; `why` what of the input does not fit, for whoever writes programs.
    `start` and `end`: which characters (Unicode code points, the end after the last) of `field` it is about, where that is known.
    """

    ref: Ref | None
    code: str
    detail: str
    field: str | None = None
    retry_at: Millis | None = None
    start: int | None = None
    end: int | None = None
    why: str = ""


class Subscribed(Frame, tag="subscribed"):
    """The channel's first state, whole as of `seq`; live events follow from `seq + 1`. It comes again unasked (`ref` None) in a room where what reaches
    this person has changed, because they blocked somebody or took that back: start afresh.

    `recovered` True: `messages` holds every message new or changed since the position given; merge by `seq`.
    False: the position could not be continued, or none was given; `messages` are the last ones, start afresh.
    """

    ref: Ref | None
    channel: Id
    kind: Literal["chat", "room"]
    epoch: str
    seq: Seq
    recovered: bool
    messages: list[Message]
    more: bool
    present: list[Person]
    present_count: int
    marks: list[Mark]
    can_send: bool
    """Whether this person may write here; in a room, while it is open (`room`)."""
    can_moderate: bool
    chat: Chat | None = None
    room: RoomNow | None = None
    pins: list[Pin] = []
    """All of them, whatever the position given, in the order of their pinning."""
    muted_until: Millis | None = None
    """Until when this person does not write in this room, if a moderator decided so."""


class Said(Frame, tag="message"):
    """A new message; its number is `message.seq`."""

    channel: Id
    message: Message


class Changed(Frame, tag="changed"):
    """A message was edited or removed; the event's own number is `seq`."""

    channel: Id
    seq: Seq
    message: Message


class Withheld(Frame, tag="withheld"):
    """An event of this number that is kept from this person: somebody whom they have blocked said or changed something. It takes its number, and nothing else."""

    channel: Id
    seq: Seq


class Types(Frame, tag="types"):
    """Someone is typing; forget it after 5 s."""

    channel: Id
    name: str


class Presence(Frame, tag="presence"):
    """Who came and went since the last such frame; in big rooms only `count` is told."""

    channel: Id
    count: int
    came: list[Person]
    left: list[str]


class Receipt(Frame, tag="receipt"):
    channel: Id
    mark: Mark


class RequestChanged(Frame, tag="request"):
    """The own request: place, estimate, or its end."""

    request: RequestState


class BotTalkChanged(Frame, tag="bot-talk"):
    """What this person told a bot while they wait changed, on this device or another."""

    talk: BotTalk


class WholeBoard(Frame, tag="board"):
    """The listener's board as of `number`. Comes again where what this listener may take has changed."""

    number: int
    board: Board


class BoardChanged(Frame, tag="board-changed"):
    """What changed since `number - 1`: take out `gone`, then put in each of `came` at its place, in order.

    Whoever holds another number than the one before watches again.
    """

    number: int
    waiting: int
    gone: list[Id]
    came: list[BoardPlace]


class PersonallyAsked(Frame, tag="personal"):
    """To a listener: somebody asks for them personally. Comes again with every connection for as long as it rings."""

    request: PersonalRequest


class PersonalOver(Frame, tag="personal-over"):
    """It rings no more: `taken` and `declined` by this listener, `missed`, or `over` for every other reason."""

    id: Id
    reason: Literal["taken", "declined", "missed", "over"]


class ChatChanged(Frame, tag="chat"):
    """A chat of this person was opened, changed or ended."""

    chat: Chat


class Warned(Frame, tag="warning"):
    warning: Warning


class RoomIs(Frame, tag="room"):
    """Moderators slowed, closed or opened the room, and this is how it is now."""

    channel: Id
    now: RoomNow


class Pinned(Frame, tag="pinned"):
    """A message was pinned, or one that is pinned was edited."""

    channel: Id
    pin: Pin


class Unpinned(Frame, tag="unpinned"):
    """Taken from the top of the room: by a moderator, or because the message is gone."""

    channel: Id
    seq: Seq


class Place(Frame, tag="place"):
    """What this person may do in a room changed while they are in it: as in `subscribed`."""

    channel: Id
    can_send: bool
    can_moderate: bool
    muted_until: Millis | None = None


class Decided(Frame, tag="decided"):
    """A moderator muted, removed or banned this person in one room: why, which rule, until when, and how to contest it."""

    decision: Decision


class Left(Frame, tag="left"):
    """The server took this connection out of a channel: the room was retired, or the person may not be in it (any more)."""

    channel: Id
    code: str
    detail: str
    until: Millis | None = None


class HelpOffered(Frame, tag="help"):
    """Something this person wrote in `channel` may mean danger, for themselves or somebody else, or tell of abuse: show them crisis help. Nothing was held back because of it.

    `hidden`: contact details in it were covered, for everybody.
    """

    channel: Id
    about: Literal["own", "other", "abuse"]
    hidden: bool = False


class StaffCalled(Frame, tag="staff-called"):
    """To staff alone: somebody wrote what may be a sign of danger, or said so at the gate, and nobody looks after them yet. No words, no names: the concern has them.

    `urgent`: contact details came with it, and were covered. `again`: nobody has taken it in time, so all staff are called again.
    """

    concern: Id
    about: Literal["own", "other", "abuse"]
    urgent: bool
    again: bool


class StaffAnswered(Frame, tag="staff-answered"):
    """To staff alone: somebody looks after this concern."""

    concern: Id


class MeChanged(Frame, tag="me"):
    """Roles, status or sanctions of this person changed."""

    me: Me


class Pong(Frame, tag="pong"):
    ref: Ref
    now: Millis


class GoAway(Frame, tag="go-away"):
    """The server is about to close: come back after `after_ms`, with the positions held and this ticket."""

    after_ms: int
    ticket: str


ServerFrame = (
    Welcome
    | Ack
    | Refused
    | Subscribed
    | Said
    | Changed
    | Withheld
    | Types
    | Presence
    | Receipt
    | RequestChanged
    | BotTalkChanged
    | WholeBoard
    | BoardChanged
    | PersonallyAsked
    | PersonalOver
    | ChatChanged
    | Warned
    | RoomIs
    | Pinned
    | Unpinned
    | Place
    | Decided
    | Left
    | HelpOffered
    | StaffCalled
    | StaffAnswered
    | MeChanged
    | Pong
    | GoAway
)


class Close:
    """Close codes of our own (RFC 6455 leaves 4000-4999 to applications)."""

    PROTOCOL = 4400
    SIGN_IN = 4401
    ENDED = 4403
    """The session ended: do not reconnect with it."""
    RENEWED = 4406
    """The session has another token now, which this browser's cookie has: come back by that, without a ticket."""
    SLOW = 4408
    """Too much was waiting to be read: reconnect and resume from the positions held."""
    REPLACED = 4409
    """This client has come back on a newer connection."""
    FLOOD = 4429
    GOING_AWAY = 1001
