"""Pictures made anew: hostile files are refused or lose all that is not a pixel."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from cups.profiles.repainting import LARGE, SMALL, NotAPicture, alike, outline_of, repaint

MOST = 4_000_000
SECRET = b"planted-51.5007N-0.1246W"


def picture(format: str = "PNG", size: tuple[int, int] = (300, 200), **more: object) -> bytes:
    image = Image.new("RGB", size)
    for x in range(0, size[0], 7):
        for y in range(0, size[1], 11):
            image.putpixel((x, y), (x % 256, y % 256, 99))
    image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1] // 2))
    made = io.BytesIO()
    image.save(made, format, **more)
    return made.getvalue()


def refused(data: bytes, most: int = MOST) -> str:
    with pytest.raises(NotAPicture) as error:
        repaint(data, most_pixels=most)
    return error.value.why


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_two_squares_in_webp(format: str) -> None:
    made = repaint(picture(format), most_pixels=MOST)
    for data, side in ((made.large, LARGE), (made.small, SMALL)):
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size, image.mode) == ("WEBP", (side, side), "RGB")
    assert len(made.large) < 60_000


def test_nothing_that_a_camera_wrote_goes_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x9286] = SECRET.decode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    sent = [
        picture("JPEG", exif=exif, comment=SECRET, icc_profile=SECRET * 20, xmp=SECRET),
        picture("PNG", pnginfo=text, exif=exif),
        picture("WEBP", exif=exif, xmp=SECRET),
        picture("JPEG") + SECRET,
        picture("PNG") + SECRET,
    ]
    for data in sent:
        assert SECRET in data or SECRET in zlib_free(data)
        made = repaint(data, most_pixels=MOST)
        for out in (made.large, made.small):
            assert SECRET not in out and b"EXIF" not in out and b"ICCP" not in out and b"XMP" not in out


def zlib_free(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return repr(image.info).encode() + repr(dict(image.getexif())).encode()


def test_it_is_turned_as_the_camera_was_held() -> None:
    image = Image.new("RGB", (200, 200), "white")
    image.paste((0, 0, 0), (0, 0, 200, 100))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    made = io.BytesIO()
    image.save(made, "PNG", exif=exif)
    with Image.open(io.BytesIO(repaint(made.getvalue(), most_pixels=MOST).large)) as out:
        assert out.convert("L").getpixel((128, 20)) > 200 and out.convert("L").getpixel((128, 230)) < 50  # type: ignore[operator]


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that say they are huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(2001, 2000), (20_000, 20_000), (60_000, 60_000), (2_000_000_000, 2)])
def test_a_bomb_is_refused_by_what_it_claims_before_it_is_unpacked(size: tuple[int, int]) -> None:
    assert refused(png_claiming(*size)) in ("pixels", "format")


def test_a_bomb_in_the_text_of_a_png_is_refused() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "x" * 80_000_000, zip=True)
    assert refused(picture("PNG", pnginfo=text)) == "format"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SVG,
        b"<!doctype html><script>alert(1)</script>",
        b"\x00" * 5000,
        b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00;" * 30,
        b"%PDF-1.7 ...",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"BM" + b"\0" * 200,
        b"P6 100 100 255\n" + b"\0" * 30000,
        b"RIFF\x10\0\0\0WAVEfmt ",
        picture("PNG")[:200],
        picture("JPEG")[:150],
        b"\x89PNG\r\n\x1a\n" + b"junk" * 100,
        b"\xff\xd8\xff" + b"\0" * 400,
        picture("JPEG", comment=b"*/=1;/*<script src=x></script>"),
        picture("JPEG", comment=b"<!DOCTYPE html><html>"),
        picture("JPEG", comment=b"PK\x03\x04"),
        b"<html>" + picture("JPEG"),
        picture("GIF"),
        picture("TIFF"),
        picture("BMP"),
        picture("ICO", size=(128, 128)),
    ],
    ids=range(22),
)
def test_hostile_and_odd_files_are_refused(data: bytes) -> None:
    assert refused(data) == "format"


def test_what_follows_a_picture_is_left_behind() -> None:
    """An archive or a script behind the last pixel does no harm to anybody: what is kept was made from the pixels."""
    made = repaint(picture("JPEG") + b"PK\x03\x04" + SVG, most_pixels=MOST)
    assert b"PK\x03" not in made.large and b"<svg" not in made.large


def test_too_small_is_no_picture() -> None:
    assert refused(picture(size=(SMALL - 1, 500))) == "small"


def test_the_same_picture_is_known_again_smaller_or_saved_otherwise_and_others_are_not() -> None:
    one = repaint(picture("PNG"), most_pixels=MOST)
    for other in (picture("JPEG", quality=40), picture("WEBP")):
        assert alike(repaint(other, most_pixels=MOST).outline, outline_of(one.large))
    striped = Image.new("RGB", (200, 200))
    for x in range(0, 200, 40):
        striped.paste((255, 255, 255), (x, 0, x + 20, 200))
    made = io.BytesIO()
    striped.save(made, "PNG")
    assert not alike(repaint(made.getvalue(), most_pixels=MOST).outline, outline_of(one.large))
