"""The objects that are the same in every document of one script set: header, colour profile, faces, resources.

They are written and packed once, and every file begins with them.
"""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from signing.domain.pdf import flate, indirect, reference, stream
from signing.domain.rendering import Hashed
from signing.renderer.ink.faces import Face, Family
from signing.renderer.pdf.picture import Picture

FIRST: Final = 9
"""The numbers below are kept for the objects of the single document."""
HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_PROFILE: Final = Path(__file__).parent / "srgb.icc"


@dataclass(frozen=True)
class Prefix:
    """The first bytes of a file, where their objects (from FIRST on) begin, and the two that others refer to."""

    content: bytes = field(repr=False)
    offsets: tuple[int, ...] = field(repr=False)
    resources: int
    output_intent: int
    started: Hashed = field(repr=False)
    """SHA-256 over `content`, to go on from: a copy of it spares every seal two thirds of what it hashes."""

    @property
    def next_object(self) -> int:
        return FIRST + len(self.offsets)


@lru_cache(96)
def prefix_for(family: Family, logo: Picture | None = None) -> Prefix:
    """The prefix with these faces and, as `/Logo`, this picture."""
    content, offsets = bytearray(HEADER), list[int]()

    def add(body: bytes) -> int:
        number = FIRST + len(offsets)
        offsets.append(len(content))
        content.extend(indirect(number, body))
        return number

    profile = add(flate(_PROFILE.read_bytes(), b"/N 3", _tight))
    fonts = b" ".join(
        b"/%b %b" % (face.resource.encode(), reference(_font(face, add))) for face in (family.regular, family.semibold)
    )
    intent = add(
        b"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC61966-2.1)"
        b" /DestOutputProfile %b >>" % reference(profile)
    )
    pictures = b" /XObject << /Logo %b >>" % reference(_logo(logo, add)) if logo else b""
    resources = add(b"<< /Font << %b >>%b >>" % (fonts, pictures))
    return Prefix(bytes(content), tuple(offsets), resources, intent, hashlib.sha256(content))


def _font(face: Face, add: Callable[[bytes], int]) -> int:
    """A composite font whose codes are UTF-16 units (ISO 32000-2, 9.7)."""
    program = add(flate(face.program, b"/Length1 %d" % len(face.program), _tight))
    descriptor = add(f"{face.descriptor} /FontFile2 {program} 0 R >>".encode("ascii"))
    to_unicode = add(flate(face.to_unicode, pack=_tight))
    glyph_map = add(flate(face.glyph_map, pack=_tight))
    descendant = add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{face.name} /FontDescriptor {descriptor} 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /DW 0 /W [{face.width_array}] /CIDToGIDMap {glyph_map} 0 R >>".encode("ascii")
    )
    return add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{face.name} /Encoding /Identity-H"
        f" /DescendantFonts [{descendant} 0 R] /ToUnicode {to_unicode} 0 R >>".encode("ascii")
    )


def _logo(logo: Picture, add: Callable[[bytes], int]) -> int:
    """The picture after its mask, which it refers to (ISO 32000-2, 8.9.5.4)."""
    (entries, data), *masks = logo.objects
    for mask_entries, mask in masks:
        entries += b" /SMask %b" % reference(add(stream(mask, mask_entries)))
    return add(stream(data, entries))


def _tight(data: bytes) -> bytes:
    return zlib.compress(data, 9)
