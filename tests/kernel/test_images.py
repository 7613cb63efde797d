"""Portraits from pictures of every kind, friendly and not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.kernel import images
from app.kernel.errors import RuleBroken
from app.kernel.images import portrait, redraw

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
@pytest.mark.parametrize("draw", [portrait, redraw])
def test_what_cannot_be_drawn_is_refused_with_a_sentence(draw, data, sentence):
    with pytest.raises(RuleBroken) as refused:
        draw(data)
    assert refused.value.sentence == sentence


def test_markup_hidden_in_a_picture_does_not_survive():
    hidden = b"<script>alert(1)</script>"
    for kind in images.FORMATS:
        data = encoded(Image.new("RGB", (64, 64), RED), kind) + hidden
        assert hidden not in portrait(data)
        assert hidden not in redraw(data).data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_drawn_anew_keeps_its_format_and_size(kind):
    picture = Image.new("RGB", (300, 200), BLUE)
    picture.paste(RED, (0, 0, 150, 200))
    drawn = redraw(encoded(picture, kind))
    assert (drawn.format, drawn.width, drawn.height) == (kind, 300, 200)
    again = read(drawn.data).convert("RGB")
    assert is_near(again.getpixel((20, 100)), RED)
    assert is_near(again.getpixel((280, 100)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_loses_nothing(mode):
    noise = Image.effect_noise((64, 64), 90)
    picture = Image.new(mode, (64, 64), 7) if mode == "I;16" else noise.convert(mode)
    assert read(redraw(encoded(picture, "PNG")).data).tobytes() == picture.tobytes()


def test_a_palette_with_a_transparent_colour_keeps_it():
    picture = Image.new("P", (10, 10), 1)
    picture.putpalette([0, 0, 0, 200, 10, 10])
    again = read(redraw(encoded(picture, "PNG", transparency=1)).data).convert("RGBA")
    assert again.getpixel((5, 5))[3] == 0


def test_a_jpeg_is_compressed_as_it_was():
    data = encoded(Image.effect_noise((400, 400), 90).convert("RGB"), "JPEG", quality=60)
    drawn = redraw(data)
    assert abs(len(drawn.data) - len(data)) < len(data) / 20
    assert read(drawn.data).quantization == read(data).quantization


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_drawn_anew_is_upright_and_forgets_what_the_camera_wrote(kind):
    about = Image.Exif()
    about[ORIENTATION], about[CAMERA] = 6, "Secret camera"
    about[PLACE] = {1: "N", 2: (52.0, 31.0, 12.0)}
    picture = Image.new("RGB", (400, 200), RED)
    picture.paste(BLUE, (0, 0, 200, 200))
    data = encoded(
        picture, kind, exif=about, icc_profile=b"profile of the screen", xmp=b"<x:xmpmeta>Secret</x:xmpmeta>"
    )
    assert b"Secret camera" in data

    drawn = redraw(data)

    assert (drawn.width, drawn.height) == (200, 400)
    assert is_near(read(drawn.data).convert("RGB").getpixel((100, 20)), BLUE)
    assert not read(drawn.data).getexif()
    for trace in (b"EXIF", b"Exif", b"eXIf", b"ICCP", b"iCCP", b"XMP", b"xmp", b"Secret", b"profile of"):
        assert trace not in drawn.data


def test_comments_in_a_picture_go():
    notes = PngInfo()
    notes.add_text("Author", "Secret name")
    for data in (
        encoded(Image.new("RGB", (9, 9)), "PNG", pnginfo=notes),
        encoded(Image.new("RGB", (9, 9)), "GIF", comment=b"Secret name"),
        encoded(Image.new("RGB", (9, 9)), "JPEG", comment=b"Secret name"),
    ):
        assert b"Secret" in data
        assert b"Secret" not in redraw(data).data


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_moves_goes_on_moving(kind, mode):
    frames = []
    for number in range(12):
        frame = Image.new(mode, (60, 40), BLUE if mode == "RGB" else (0, 0, 0, 0))
        frame.paste(RED, (number * 4, 5, number * 4 + 10, 25))
        frames.append(frame)
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=[50, 200] * 6, loop=3, disposal=2)

    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(redraw(data).data))

    assert (after.format, after.n_frames, after.info["loop"]) == (kind, 12, 3)
    for number in range(12):
        before.seek(number)
        after.seek(number)
        before.load()
        after.load()
        assert after.info["duration"] == before.info["duration"]
        for place in ((number * 4 + 5, 15), (number * 4 - 2 if number else 50, 15), (30, 35)):
            one, other = (picture.convert("RGBA").getpixel(place) for picture in (before, after))
            assert is_near(one, other) or one[3] == other[3] == 0


def test_a_comment_in_what_moves_goes():
    data = encoded(
        Image.new("L", (9, 9)), "GIF", save_all=True, append_images=[Image.new("L", (9, 9), 200)], comment=b"Secret"
    )
    assert b"Secret" not in redraw(data).data


def test_of_several_pictures_in_one_jpeg_the_first_is_kept():
    data = encoded(
        Image.new("RGB", (64, 48), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9), BLUE)]
    )
    drawn = redraw(data)
    assert (drawn.format, drawn.width, drawn.height) == ("JPEG", 64, 48)
    assert read(drawn.data).format == "JPEG"


def test_the_colours_of_print_become_those_of_screens():
    assert read(redraw(encoded(Image.new("CMYK", (20, 20), (0, 200, 200, 0)), "JPEG")).data).mode == "RGB"


def test_the_largest_pictures_are_drawn_within_the_bounds():
    gentle = Image.linear_gradient("L").resize((5000, 4000)).convert("RGBA")
    for kind in ("PNG", "WEBP"):
        assert redraw(encoded(gentle, kind)).width == 5000
    assert redraw(encoded(gentle.convert("RGB"), "JPEG")).height == 4000


def test_a_large_picture_that_moves_is_refused():
    frames = [Image.new("L", (1000, 1000), number) for number in range(40)]
    with pytest.raises(RuleBroken) as refused:
        redraw(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert refused.value.sentence == images.TOO_LARGE_TO_MOVE
