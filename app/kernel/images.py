"""Pictures that people send: read in a bounded process, because a small file can hold an enormous picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PIL import Image, ImageOps, ImageSequence, JpegImagePlugin, UnidentifiedImageError

from app.kernel.bounded import BoundedPool, Overrun
from app.kernel.errors import RuleBroken

PORTRAIT_SIDE = 256
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 20_000_000
MAX_FRAMES = 100
# All frames together: what a worker can hold and write in its time.
MAX_MOVING_PIXELS = 30_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

TOO_LARGE_FILE = "This picture is larger than 10 MB. Send a smaller one."
TOO_MANY_PIXELS = "This picture has more than 20 million pixels. Make it smaller and send it again."
TOO_MANY_FRAMES = "This picture moves through more than 100 frames. Send one that stands still."
TOO_LARGE_TO_MOVE = "This picture is too large to move: 30 million pixels, all frames together, are the most."
UNREADABLE = "We cannot read this picture. Send it as PNG, JPEG, WebP or GIF."
TOO_HARD = "This picture takes too long to read. Save it anew and send it again."


def _refuse_bombs() -> None:
    """Pillow warns of a picture of 90 million pixels and refuses one of 180; here both are refused."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)


_pool = BoundedPool(seconds=10, megabytes=512, prepare=_refuse_bombs)


Made = TypeVar("Made")


@dataclass(frozen=True)
class Redrawn:
    """A picture written anew: its file, its format as Pillow calls it (PNG, JPEG, WEBP or GIF), and its size."""

    data: bytes
    format: str
    width: int
    height: int


def portrait(data: bytes) -> bytes:
    """A square WebP of 256 pixels from the middle of the picture in `data`, upright and without metadata.

    Takes PNG, JPEG, WebP and GIF of up to 10 MB and 20 million pixels, and the first frame of a moving one.
    Raises RuleBroken with a sentence for the reader.
    """
    return _run(draw_portrait, data)


def redraw(data: bytes) -> Redrawn:
    """The picture in `data` written anew in its own format, upright, and with its pixels alone.

    Whatever else the file held is gone: place, camera, thumbnail, comments, what hid behind the picture. PNG loses
    nothing; JPEG is compressed as it was. What moves goes on moving. Takes and refuses what `portrait` does.
    """
    return _run(draw_anew, data)


def draw_portrait(data: bytes) -> bytes:
    """Do the work of `portrait`, in the process that calls it."""
    return _drawn(data, _portrait_of)


def draw_anew(data: bytes) -> Redrawn:
    """Do the work of `redraw`, in the process that calls it."""
    return _drawn(data, _redrawn)


def _run(draw: Callable[[bytes], Made], data: bytes) -> Made:
    if len(data) > MAX_BYTES:
        raise RuleBroken(TOO_LARGE_FILE)
    try:
        return _pool.run(draw, data)
    except Overrun:
        raise RuleBroken(TOO_HARD) from None


def _drawn(data: bytes, draw: Callable[[Image.Image], Made]) -> Made:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture)
            return draw(picture)
    except RuleBroken:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RuleBroken(TOO_MANY_PIXELS) from None
    except MemoryError:
        raise RuleBroken(TOO_HARD) from None
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


def _portrait_of(picture: Image.Image) -> bytes:
    # Lets a JPEG decoder skip the detail that would be thrown away.
    picture.draft("RGB", (2 * PORTRAIT_SIDE, 2 * PORTRAIT_SIDE))
    upright = ImageOps.exif_transpose(picture)
    return _encode(ImageOps.fit(_in_plain_colours(upright), (PORTRAIT_SIDE, PORTRAIT_SIDE)))


def _redrawn(picture: Image.Image) -> Redrawn:
    # Cameras put several pictures into one JPEG; the first is the one that people mean.
    kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    out = io.BytesIO()
    if kind != "JPEG" and getattr(picture, "is_animated", False):
        size = _write_moving(picture, kind, out)
    else:
        how = _as_before(picture, kind)
        still = _bared(ImageOps.exif_transpose(picture), kind)
        still.save(out, kind, **how)
        size = still.size
    return Redrawn(out.getvalue(), kind, *size)


def _write_moving(picture: Image.Image, kind: str, out: io.BytesIO) -> tuple[int, int]:
    frame_count: int = picture.n_frames  # type: ignore[attr-defined]
    if frame_count * picture.width * picture.height > MAX_MOVING_PIXELS:
        raise RuleBroken(TOO_LARGE_TO_MOVE)
    pauses, frames = [], []
    for frame in ImageSequence.Iterator(picture):
        copy = frame.copy()
        # WebP tells how long a frame stays only when it has been read.
        pauses.append(int(frame.info.get("duration") or 0))
        frames.append(_bared(copy, kind))
    first, *others = frames
    how = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
    if kind == "GIF" and any(frame.has_transparency_data for frame in frames):
        # Each frame is whole, so what the one before it showed must not shine through.
        how["disposal"] = 2
    first.save(out, kind, save_all=True, append_images=others, duration=pauses, **how)
    return first.size


def _as_before(picture: Image.Image, kind: str) -> dict[str, Any]:
    """How to compress, so that a picture looks and weighs what it did."""
    if kind != "JPEG":
        return {"quality": 90, "method": 2} if kind == "WEBP" else {}
    sampling = JpegImagePlugin.get_sampling(picture)
    if picture.mode not in {"L", "RGB"} or sampling < 0:
        return {"quality": 90}
    return {"qtables": picture.quantization, "subsampling": sampling}  # type: ignore[attr-defined]


def _bared(picture: Image.Image, kind: str) -> Image.Image:
    """`picture` with nothing but pixels, palette and transparency, in colours that `kind` and browsers can show."""
    transparency = picture.info.get("transparency")
    if kind == "JPEG" and picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.info = {} if transparency is None else {"transparency": transparency}
    return picture


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
