"""A picture that somebody sent, made anew from its pixels: nothing of the file itself goes on. Pure, and slow: it runs in a thread.

Hostile files are expected. What is looked at before anything is decoded: the length, what the bytes begin with, which decoder would take it, how many pixels it
claims to have. Whatever a decoder trips over is a refusal, not an error.
"""

import io
import warnings

import msgspec
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP")
"""Nothing else is tried: no SVG, which is a program, and no format that nobody's telephone makes."""
LARGE, SMALL = 256, 80
"""Pixels of a side. The large one stands on the profile, the small one beside the name."""
_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
_FOREIGN = (b"<script", b"<html", b"<svg", b"<!doctype", b"%pdf-", b"pk\x03\x04", b"<?php")
"""What something else than a picture begins with. A file that wants to be two things at once has no good reason."""
_LOOKED_AT = 4096
_ALIKE = 4
"""Bits of 64 in which the outlines of two pictures may differ and still be the same one, made smaller or saved again."""


class NotAPicture(Exception):
    """`why`: `format`, `pixels` (too many), or `small`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Painted(msgspec.Struct, frozen=True):
    """Two squares in WebP, and the outline that tells whether two pictures are the same."""

    large: bytes
    small: bytes
    outline: int


def repaint(data: bytes, *, most_pixels: int) -> Painted:
    """NotAPicture for whatever cannot be taken. Uses about four bytes of memory a pixel, of `most_pixels` at the most."""
    head = data[:_LOOKED_AT].lower()
    if not data.startswith(_HEADS) or any(sign in head for sign in _FOREIGN):
        raise NotAPicture("format")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _painted(data, most_pixels)
    except NotAPicture:
        raise
    except Exception:
        # Decoders raise whatever they like at broken files: OSError, ValueError, SyntaxError, struct.error, warnings of bombs.
        raise NotAPicture("format") from None


def _painted(data: bytes, most_pixels: int) -> Painted:
    with Image.open(io.BytesIO(data), formats=FORMATS) as sent:
        width, height = sent.size
        if width * height > most_pixels:
            raise NotAPicture("pixels")
        if min(width, height) < SMALL:
            raise NotAPicture("small")
        sent.draft("RGB", (LARGE * 2, LARGE * 2))
        sent.load()
        turned = ImageOps.exif_transpose(sent)
        square = ImageOps.fit(turned.convert("RGBA"), (LARGE, LARGE), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", (LARGE, LARGE), "white")
    clean.paste(square, mask=square.getchannel("A"))
    smaller = clean.resize((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Painted(_webp(clean), _webp(smaller), outline(clean))


def _webp(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return made.getvalue()


def outline(image: Image.Image) -> int:
    """64 bits: where a coarse copy in grey grows darker from left to right."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.BILINEAR).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return bits


def outline_of(stored: bytes) -> int:
    """Of a picture that we made."""
    with Image.open(io.BytesIO(stored), formats=("WEBP",)) as image:
        return outline(image)


def alike(one: int, other: int) -> bool:
    return (one ^ other).bit_count() <= _ALIKE
