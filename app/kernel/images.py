"""Pictures that people send: read in a bounded process, because a small file can hold an enormous picture."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from app.kernel.bounded import BoundedPool, Overrun
from app.kernel.errors import RuleBroken

PORTRAIT_SIDE = 256
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_FRAMES = 100
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

TOO_LARGE_FILE = "This picture is larger than 10 MB. Send a smaller one."
TOO_MANY_PIXELS = "This picture has more than 20 million pixels. Make it smaller and send it again."
TOO_MANY_FRAMES = "This picture moves through more than 100 frames. Send one that stands still."
UNREADABLE = "We cannot read this picture. Send it as PNG, JPEG, WebP or GIF."
TOO_HARD = "This picture takes too long to read. Save it anew and send it again."


def _refuse_bombs() -> None:
    """Pillow warns of a picture of 90 million pixels and refuses one of 180; here both are refused."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)


_pool = BoundedPool(seconds=10, megabytes=512, prepare=_refuse_bombs)


def portrait(data: bytes) -> bytes:
    """A square WebP of 256 pixels from the middle of the picture in `data`, upright and without metadata.

    Takes PNG, JPEG, WebP and GIF of up to 10 MB and 20 million pixels, and the first frame of a moving one.
    Raises RuleBroken with a sentence for the reader.
    """
    if len(data) > MAX_BYTES:
        raise RuleBroken(TOO_LARGE_FILE)
    try:
        return _pool.run(draw_portrait, data)
    except Overrun:
        raise RuleBroken(TOO_HARD) from None


def draw_portrait(data: bytes) -> bytes:
    """Do the work of `portrait`, in the process that calls it."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture)
            # Lets a JPEG decoder skip the detail that would be thrown away.
            picture.draft("RGB", (2 * PORTRAIT_SIDE, 2 * PORTRAIT_SIDE))
            upright = ImageOps.exif_transpose(picture)
            return _encode(ImageOps.fit(_in_plain_colours(upright), (PORTRAIT_SIDE, PORTRAIT_SIDE)))
    except RuleBroken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RuleBroken(TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise RuleBroken(UNREADABLE) from None
    except Exception:  # noqa: BLE001 - a broken file makes a decoder raise anything
        raise RuleBroken(UNREADABLE) from None


def _check_size(picture: Image.Image) -> None:
    """Refuse by what the header says, before anything is decoded."""
    if picture.width * picture.height > MAX_PIXELS:
        raise RuleBroken(TOO_MANY_PIXELS)
    if not getattr(picture, "is_animated", False):
        return
    try:
        picture.seek(MAX_FRAMES)
    except EOFError:
        picture.seek(0)
    else:
        raise RuleBroken(TOO_MANY_FRAMES)


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    has_transparency = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if has_transparency else "RGB")


def _encode(picture: Image.Image) -> bytes:
    """WebP of the pixels alone: a new picture knows nothing of the old one's place, camera or profile."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    encoded = io.BytesIO()
    bare.save(encoded, "WEBP", quality=82, method=4)
    return encoded.getvalue()
