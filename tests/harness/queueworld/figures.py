"""What every course of events has in common: how long things last, what people ask for, and what has to have happened."""

from cups.settings import Settings

LEASE_S, HOLD_S, CHATS = 4, 8, 2
RING_S, GRACE_S = 3, 2
LASTS_S, QUIET_S = 14, 12
WALL = 1_800_000_000.0
TOPICS = ("grief", "anxiety", "loneliness")
LANGUAGES = ("en", "nl")
SPOKEN = ("en", "en", "nl", "en,nl")
REFUSED = ("", "", "grief", "anxiety,grief")
FAULTS = (
    "crash",
    "jump",
    "lost connection",
    "block",
    "age correction",
    "ban",
    "cancelled",
    "gone",
    "came too late",
    "lease ended",
    "lost to another",
    "other pool",
    "check",
    "asked again",
    "changed mind",
    "clearance ended",
    "went on a break",
    "lost listener",
    "rang",
    "accepted personally",
    "declined",
    "missed",
    "unavailable",
    "not-asking",
    "to the queue",
    "told Noni",
    "answers-passed-on",
    "heard Noni",
    "took along",
)
"""What has to have happened over many seeds, or they prove nothing."""
SETTINGS = Settings(
    consent=("*=none",),
    claim_lease_s=LEASE_S,
    personal_ring_s=RING_S,
    listener_grace_s=GRACE_S,
    request_hold_s=HOLD_S,
    board_every_ms=1500,
    place_every_ms=3000,
    severity_head_start_s=20,
    listener_chats_first=CHATS,
    listener_chats_later=CHATS,
    listener_chats_experienced=CHATS,
    pace_request_burst=1000,
    pace_new_request_burst=1000,
    pace_guest_request_burst=1000,
    pace_guest_personal_burst=1000,
    pace_new_personal_burst=1000,
    pace_guest_bot_answer_burst=1000,
)
