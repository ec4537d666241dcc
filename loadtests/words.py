"""What people of a load test say. Each message carries the time it was sent, so that whoever gets it can tell how long it took."""

import random
import time

SAID = (
    "It has been one of those weeks.",
    "I keep turning it over in my head and I can't find the end of it.",
    "Thank you for asking.",
    "That sounds hard. What was it like for you when that happened?",
    "I did not sleep much, and then everything gets louder.",
    "I hear that you have been carrying this for a long time.",
    "Yes. Exactly that.",
    "Nobody at home knows, I would not know how to begin.",
    "What would help a little, just for tonight?",
    "I went for a walk like I said I would. It rained the whole time, and still it was good.",
    "Take your time, I am here.",
    "Hello everyone, just sitting down for a while.",
)
TOPICS = ("anxiety", "loneliness", "grief", "something-else")
_MARK = " ~"
_LETTERS = str.maketrans("0123456789", "qwxzvyjhrm")
_DIGITS = str.maketrans("qwxzvyjhrm", "0123456789")
"""Digits would look like somebody's phone number, and vowels would make words that the server may hold back."""


def sentence() -> str:
    """One message, with the present moment at its end."""
    return f"{random.choice(SAID)}{_MARK}{str(time.monotonic_ns()).translate(_LETTERS)}"


def travelled(text: str) -> float | None:
    """Seconds since a `sentence` was made; None for words of others."""
    stamp = text.rpartition(_MARK)[2].translate(_DIGITS)
    return (time.monotonic_ns() - int(stamp)) / 1e9 if stamp.isdigit() else None
