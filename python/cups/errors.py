"""The one table of refusals: what REST answers, what `error` frames carry, what pages show.

A `Refused` ends the request and undoes its unit of work. The text a person reads is the message `error-<code>` of the catalogue, in
their language; the title here is for developers.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Code(NamedTuple):
    status: int
    title: str


CODES: dict[str, Code] = {
    "not-signed-in": Code(401, "There is no session: pass the gate or sign in first"),
    "wrong-credentials": Code(401, "Name or password do not match"),
    "wrong-password": Code(403, "That is not this account's password"),
    "wrong-recovery": Code(401, "Name and recovery code do not match"),
    "confirm-first": Code(403, "The password has to be given again first"),
    "second-factor-needed": Code(401, "The password is right: the second step of signing in comes next"),
    "sign-in-again": Code(401, "The first step of signing in was too long ago"),
    "email-not-valid": Code(422, "That is no e-mail address"),
    "mail-off": Code(409, "This site sends no mail"),
    "link-over": Code(410, "The link was used, replaced, or is too old"),
    "wrong-code": Code(403, "The code is wrong, or was given before"),
    "wrong-passkey": Code(403, "This passkey did not prove who this is"),
    "too-many-passkeys": Code(409, "There are as many passkeys as one account may have"),
    "second-factor-first": Code(403, "Staff set up their second factor first"),
    "gate-first": Code(403, "The gate has to be passed before reaching other people"),
    "consent-first": Code(403, "A parent has to agree before this young person meets others"),
    "own-address": Code(422, "That is the account's own address, not a parent's"),
    "too-young": Code(403, "Only from 13 years on"),
    "not-allowed": Code(403, "This account may not do that"),
    "not-yours": Code(403, "Only its author may change it"),
    "not-a-listener": Code(403, "Only listeners may do that"),
    "blocked": Code(403, "These two do not meet"),
    "on-break": Code(409, "This listener is on a break"),
    "muted": Code(403, "This account cannot write for a while"),
    "banned": Code(403, "This account is banned"),
    "muted-in-room": Code(403, "This account cannot write in this room for a while"),
    "removed-from-room": Code(403, "This account was taken out of this room for a while"),
    "banned-from-room": Code(403, "This account is banned from this room for a while"),
    "room-closed": Code(403, "The room is closed: only its moderators write"),
    "bad-origin": Code(403, "The Origin is not one of ours"),
    "bad-csrf": Code(403, "The form is out of date: load the page again"),
    "not-found": Code(404, "There is no such thing, or it is not yours to see"),
    "nobody-waiting": Code(404, "Nobody is waiting whom this listener may talk to"),
    "method-not-allowed": Code(405, "That cannot be done here"),
    "age-fixed": Code(409, "An age once declared is changed by staff only"),
    "not-subscribed": Code(409, "Enter the channel first"),
    "conflict": Code(409, "The state has changed meanwhile"),
    "name-taken": Code(409, "Somebody has that name"),
    "already-signed-up": Code(409, "This is a member already"),
    "already-waiting": Code(409, "There is an open request"),
    "already-in-chat": Code(409, "There is an open chat"),
    "already-taken": Code(409, "Another listener was quicker"),
    "listener-unavailable": Code(409, "This listener cannot be asked now"),
    "other-language": Code(409, "This listener does not talk in that language"),
    "already-left": Code(409, "A message of this person waits for that listener already"),
    "too-many-left": Code(409, "As many messages of this person wait for listeners as may at once"),
    "asker-busy": Code(409, "This person waits or talks elsewhere right now"),
    "not-asking": Code(409, "This personal request is over"),
    "too-many-notes": Code(409, "There is no room for another note"),
    "already-rated": Code(409, "This chat was rated"),
    "already-marked": Code(409, "This attempt was marked"),
    "chat-ended": Code(409, "The chat has ended"),
    "answers-passed-on": Code(409, "A listener has taken the request: what was told the bot is passed on as it was"),
    "too-late-to-change": Code(409, "A message can be changed for 5 minutes only"),
    "already-contested": Code(409, "A decision is contested once"),
    "too-late-to-contest": Code(409, "The time in which this decision could be contested is over"),
    "plan-over": Code(409, "The preview is too old: make a new one"),
    "undo-over": Code(409, "The time in which this could be undone is over"),
    "room-retired": Code(410, "The room was closed for good"),
    "too-many-blocks": Code(409, "As many people are blocked as one account may block"),
    "too-many-pins": Code(409, "As many messages are pinned as may be at once"),
    "too-large": Code(413, "Too much at once"),
    "held-contact": Code(422, "Contact details are held back: nobody gives or asks for them here"),
    "held-approach": Code(422, "Sexual approaches and secrecy are held back"),
    "held-method": Code(422, "Ways to do harm are held back"),
    "held-hate": Code(422, "Slurs and hate are refused"),
    "held-encouragement": Code(422, "Telling somebody to harm themselves is refused"),
    "bad-rule": Code(422, "A screening rule cannot be used: `why` says which, and why"),
    "not-a-picture": Code(422, "Only PNG, JPEG and WebP pictures are taken, of a certain size"),
    "picture-too-large": Code(413, "The picture has more bytes or pixels than are taken"),
    "picture-of-other": Code(422, "The same picture under both linked accounts would tell that they belong together"),
    "key-used": Code(422, "This Idempotency-Key was used for something else"),
    "bad-input": Code(422, "A field is missing, unknown or of the wrong shape"),
    "name-not-allowed": Code(422, "That name cannot be used"),
    "password-too-short": Code(422, "A password has 10 characters or more"),
    "password-too-common": Code(422, "That password is on lists of leaked ones"),
    "crisis-no-offence": Code(422, "Nothing said about one's own danger can bring a warning"),
    "crisis-choose-message": Code(422, "This person may be in danger: an act about them names the message it rests on"),
    "agreement-outdated": Code(422, "The agreement has a newer version: read and accept that"),
    "not-passed": Code(422, "The training has to be passed first"),
    "at-capacity": Code(409, "This listener has as many chats as they may have at once"),
    "unknown-frame": Code(422, "There is no frame of that type"),
    "too-fast": Code(429, "Too many at once: `retry_at` says when to go on"),
    "room-slow": Code(429, "The room is slow: `retry_at` says when this person may write next"),
    "head-too-large": Code(431, "The head of the request is longer than `max_head_bytes`"),
    "wait-before-warning": Code(429, "The same moderator warns the same person once a minute at most"),
    "server-error": Code(500, "Something broke on our side; nothing was changed"),
    "busy-try-later": Code(503, "More people than we can serve at once"),
}


class Refused(Exception):
    """Not done, and why. `retry_at` (ms) when it will be allowed; `field` which part of the input, `span` which characters of it. `help`: what was
    refused may mean danger, and crisis help is shown with the refusal: whom it is about.

    `says` names a message of the catalogue, `refusal-<says>`, that tells more than the code's own, and `given` what stands in it. `detail` is for
    whoever writes programs, in English: what of their input does not fit, and where."""

    def __init__(
        self,
        code: str,
        *,
        field: str | None = None,
        retry_at: int | None = None,
        detail: str | None = None,
        says: str | None = None,
        given: Mapping[str, str | int | float] | None = None,
        span: tuple[int, int] | None = None,
        help: Literal["", "own", "other", "abuse"] = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.retry_at = retry_at
        self.detail = detail
        self.says = says
        self.given = given or {}
        self.span = span
        self.help = help

    @property
    def status(self) -> int:
        return CODES[self.code].status

    @property
    def title(self) -> str:
        return CODES[self.code].title
