"""What the named choices of moderators come to, by the figures in force."""

from typing import Literal, get_args

from cups.limits.live import Limits
from cups.wire.rooms import Length, LengthStep, Slowness, SlowStep

Lasting = Literal["mute", "remove", "ban", "close"]
MINUTE = 60_000
DAY = 86_400_000


def slow_s(limits: Limits, slowness: Slowness) -> int:
    return 0 if slowness == "off" else limits.figure(f"room_slow_{slowness}_s")


def length_ms(limits: Limits, act: Lasting, length: Length) -> int:
    """Bans are counted in days, everything else in minutes."""
    if act == "ban":
        return limits.figure(f"room_ban_{length}_days") * DAY
    return limits.figure(f"room_{length}_min") * MINUTE


def slow_steps(limits: Limits) -> list[SlowStep]:
    return [SlowStep(slowness=one, seconds=slow_s(limits, one)) for one in get_args(Slowness)]


def length_steps(limits: Limits) -> list[LengthStep]:
    return [
        LengthStep(act=act, length=length, ms=length_ms(limits, act, length))
        for act in get_args(Lasting)
        for length in get_args(Length)
    ]
