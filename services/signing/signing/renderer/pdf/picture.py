"""A supplier's logo as image objects that PDF/A allows (ISO 19005-3, 6.2.8): made once a picture, then kept.

Of an uploaded file only its pixels get through; JPEG data stay as they are when they are plain RGB or grey.
"""

import io
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

BOX: Final = (1700, 480)
"""The logo's room on the page, in tenths of a point."""
_DOTS: Final = (int(BOX[0] / 720 * 300), int(BOX[1] / 720 * 300))
"""Pixels of the box at 300 dots an inch: more are not seen."""
_MOST_PIXELS: Final = 4_000_000
_TURNED: Final = 0x112
"""The EXIF tag that says how a camera was held."""
_PNG_HEADER: Final = 8
_CHUNK_FRAME: Final = 12


class UnusablePicture(Exception):
    """It is no PNG or JPEG, or a damaged or far too large one."""


@dataclass(frozen=True)
class Picture:
    """`width` and `height` on the page in tenths of a point. The second object, if any, is the first one's mask.

    An object is the entries of its dictionary, without /Length, and its data. `file` is the same as a PNG or JPEG.
    """

    width: int
    height: int
    objects: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    file: bytes = field(repr=False)


@lru_cache(64)
def picture(content: bytes) -> Picture:
    """The picture of a PNG or JPEG. Raises UnusablePicture. The first time it takes up to 60 ms of CPU."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise UnusablePicture(f"it has more than {_MOST_PIXELS} pixels")
            if _passes(image):
                return _sized(image, ((_head(image, b"/DCTDecode"), content),), content)
            return _redrawn(image)
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UnusablePicture(str(error)) from error


def _passes(image: Image.Image) -> bool:
    """Whether JPEG data may stay: no other colours than RGB and grey, no profile of their own, not turned, not huge."""
    return (
        image.format == "JPEG"
        and image.mode in ("RGB", "L")
        and image.getexif().get(_TURNED, 1) == 1
        and "adobe" not in image.info
        and not image.info.get("icc_profile")
        and image.width <= 2 * _DOTS[0]
        and image.height <= 2 * _DOTS[1]
    )


def _redrawn(image: Image.Image) -> Picture:
    upright = ImageOps.exif_transpose(image)
    has_alpha = upright.mode in ("P", "LA", "PA", "RGBA") or "transparency" in upright.info
    # CMYK is not allowed under an RGB output intent (6.2.4.3)
    pixels = upright.convert("RGBA" if has_alpha else "RGB")
    pixels.thumbnail(_DOTS, Image.Resampling.LANCZOS)
    objects = [_packed(pixels.convert("RGB"))]
    if has_alpha and pixels.getchannel("A").getextrema()[0] != 255:
        objects.append(_packed(pixels.getchannel("A")))
    out = io.BytesIO()
    pixels.save(out, "PNG")
    return _sized(pixels, tuple(objects), out.getvalue())


def _sized(image: Image.Image, objects: tuple[tuple[bytes, bytes], ...], file: bytes) -> Picture:
    scale = min(BOX[0] / image.width, BOX[1] / image.height)
    return Picture(max(1, int(image.width * scale)), max(1, int(image.height * scale)), objects, file)


def _packed(image: Image.Image) -> tuple[bytes, bytes]:
    """The smaller of plain deflate and PNG's rows, whose data are what /Predictor 15 asks for."""
    plain = zlib.compress(image.tobytes(), 9)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    rows = _rows(out.getvalue())
    head = _head(image, b"/FlateDecode")
    if len(plain) <= len(rows):
        return head, plain
    channels = len(image.getbands())
    predicted = b" /DecodeParms << /Predictor 15 /Colors %d /BitsPerComponent 8 /Columns %d >>" % (
        channels,
        image.width,
    )
    return head + predicted, rows


def _rows(png: bytes) -> bytes:
    """The IDAT data of a PNG that Pillow wrote."""
    data, at = b"", _PNG_HEADER
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += _CHUNK_FRAME + size
    return data


def _head(image: Image.Image, decoding: bytes) -> bytes:
    space = b"/DeviceGray" if image.mode == "L" else b"/DeviceRGB"
    return (
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %b /BitsPerComponent 8 /Interpolate false"
        b" /Filter %b" % (image.width, image.height, space, decoding)
    )
