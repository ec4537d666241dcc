"""What all structs on the wire share: strictness, and the constrained types that several features use."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of everything a client sends or receives. A field that is not defined is refused, never ignored."""


MAX_REF = 64
"""Characters in what a client calls a frame."""
MAX_TEXT = 4000
"""Characters in one message. Enough for a long paragraph; a frame of it stays far under the 64 KiB cap in any script."""

Millis = Annotated[int, Meta(description="Milliseconds since the epoch, UTC.")]
Seq = Annotated[int, Meta(ge=0, le=1 << 53, description="Place in a channel's numbered events, from 1 without a gap.")]
Id = Annotated[
    str, Meta(min_length=26, max_length=26, pattern="^[0-9a-z]{26}$", description="Time-ordered, unguessable.")
]
Ref = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_REF,
        pattern="^[A-Za-z0-9_-]+$",
        description="Chosen by the client, echoed in the answer.",
    ),
]
Name = Annotated[str, Meta(min_length=2, max_length=32, description="Without the @.")]
PLAIN = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]*$"
"""No control characters but tab and line ends: they say nothing, and swell sixfold on the wire."""
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT, pattern=PLAIN)]
ShortText = Annotated[str, Meta(min_length=1, max_length=500, pattern=PLAIN)]
Slug = Annotated[str, Meta(min_length=2, max_length=48, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Language = Annotated[
    str, Meta(min_length=2, max_length=12, pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", description="BCP 47.")
]
Topic = Annotated[str, Meta(min_length=2, max_length=40, pattern="^[a-z0-9-]+$")]
