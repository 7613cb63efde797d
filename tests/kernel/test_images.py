"""Portraits from pictures of every kind, friendly and not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from app.kernel import images
from app.kernel.errors import RuleBroken
from app.kernel.images import portrait

pytestmark = pytest.mark.pure

RED, BLUE = (200, 10, 10), (10, 10, 200)
ORIENTATION, CAMERA, PLACE = 0x0112, 0x010F, 0x8825


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """`picture` as a file of the format `kind`."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> Image.Image:
    """The picture in `data`, loaded."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """True when the colours differ by no more than lossy compression makes them."""
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=False))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_middle_of_a_picture_becomes_a_square(kind):
    picture = Image.new("RGB", (900, 300), BLUE)
    picture.paste(RED, (300, 0, 600, 300))
    drawn = read(portrait(encoded(picture, kind)))
    assert (drawn.format, drawn.size) == ("WEBP", (256, 256))
    assert is_near(drawn.getpixel((8, 128)), RED)
    assert is_near(drawn.getpixel((248, 128)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert read(portrait(encoded(Image.new(mode, (40, 60)), kind))).size == (256, 256)


def test_a_transparent_picture_stays_transparent():
    assert read(portrait(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))).mode == "RGBA"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright_and_forgets_where_and_with_what_it_was_taken(kind):
    about = Image.Exif()
    about[ORIENTATION], about[CAMERA] = 6, "Secret camera"
    about[PLACE] = {1: "N", 2: (52.0, 31.0, 12.0)}
    picture = Image.new("RGB", (400, 400), RED)
    picture.paste(BLUE, (0, 0, 200, 400))
    data = encoded(picture, kind, exif=about, icc_profile=b"profile of the screen")
    assert b"Secret camera" in data

    drawn = portrait(data)

    assert is_near(read(drawn).getpixel((128, 10)), BLUE)
    assert is_near(read(drawn).getpixel((128, 245)), RED)
    assert not read(drawn).getexif()
    for trace in (b"EXIF", b"Exif", b"ICCP", b"XMP ", b"Secret", b"profile of"):
        assert trace not in drawn


def moving(frames: int) -> bytes:
    """A GIF of so many different frames."""
    pictures = [Image.new("L", (16, 16), number % 251) for number in range(frames)]
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:])


def test_a_moving_picture_gives_its_first_frame():
    assert is_near(read(portrait(moving(100))).getpixel((99, 99)), (0, 0, 0))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(b"", images.UNREADABLE, id="nothing"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"x" * 500, images.UNREADABLE, id="noise behind a JPEG's first bytes"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", images.UNREADABLE, id="SVG"),
        pytest.param(b"<html><script>alert(1)</script></html>", images.UNREADABLE, id="HTML"),
        pytest.param(encoded(Image.new("RGB", (9, 9)), "BMP"), images.UNREADABLE, id="BMP"),
        pytest.param(encoded(Image.new("RGB", (9, 9)), "TIFF"), images.UNREADABLE, id="TIFF"),
        pytest.param(encoded(Image.new("RGB", (900, 900)), "JPEG")[:900], images.UNREADABLE, id="half a JPEG"),
        pytest.param(encoded(Image.new("RGB", (900, 900)), "PNG")[:900], images.UNREADABLE, id="half a PNG"),
        pytest.param(encoded(Image.new("1", (9000, 9000)), "PNG"), images.TOO_MANY_PIXELS, id="81 Mpx in 9 kB"),
        pytest.param(encoded(Image.new("1", (11000, 9000)), "PNG"), images.TOO_MANY_PIXELS, id="99 Mpx"),
        pytest.param(encoded(Image.new("1", (20000, 20000)), "PNG"), images.TOO_MANY_PIXELS, id="400 Mpx"),
        pytest.param(moving(5000), images.TOO_MANY_FRAMES, id="5,000 frames"),
        pytest.param(b"\x89PNG" + b"x" * images.MAX_BYTES, images.TOO_LARGE_FILE, id="over 10 MB"),
    ],
)
def test_what_cannot_be_a_portrait_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(RuleBroken) as refused:
        portrait(data)
    assert refused.value.sentence == sentence


def test_markup_hidden_in_a_picture_does_not_survive():
    hidden = b"<script>alert(1)</script>"
    assert hidden not in portrait(encoded(Image.new("RGB", (64, 64), RED), "PNG") + hidden)
