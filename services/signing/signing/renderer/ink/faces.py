"""IBM Plex Sans cut into subsets by script: a document embeds the two faces of the smallest set that can print it.

The code of a glyph on the page is its UTF-16 unit (Identity-H with a CIDToGIDMap), so text is encoded without a look at
single characters, and ToUnicode is the identity. Figures of this face all have the same width.
"""

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

from signing.renderer.glyphs import FONTS

LATIN: Final = frozenset(
    chain(
        *(range(0x20, 0x7F), range(0xA0, 0x180), range(0x218, 0x21C), range(0x1E80, 0x1E86), (0x192, 0x1E9E, 0x1EF2)),
        *((0x1EF3, 0x2009, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026),),
        *((0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2074, 0x2075, 0x2080, 0x2082, 0x2083, 0x20AC, 0x2116),),
        *((0x2122, 0x2126, 0x2190, 0x2192, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),),
    )
)
GREEK: Final = frozenset(range(0x384, 0x3D0))
CYRILLIC: Final = frozenset((*range(0x400, 0x460), 0x462, 0x463, 0x490, 0x491))
_DRAWN_AS: Final = {0x202F: 0x2009, 0x2011: 0x2D, 0x2212: 0x2013, 0x2126: 0x3A9}
"""Drawn with another character's glyph where the font has none of its own."""
_FILES: Final = {"R": ("IBMPlexSans-Regular", 84), "B": ("IBMPlexSans-SemiBold", 130)}
"""By resource name: the file, and the stem width a descriptor must state."""
_CMAP: Final = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{ranges}endcmap CMapName currentdict /CMap defineresource pop end end"""
_RANGES_PER_BLOCK: Final = 100


@dataclass(frozen=True, eq=False)
class Face:
    """One cut face. `widths` are thousandths of the size, by character; `glyph_map` leads from codes to its glyphs."""

    resource: str
    name: str
    program: bytes = field(repr=False)
    widths: dict[str, int] = field(repr=False)
    glyph_map: bytes = field(repr=False)
    width_array: str = field(repr=False)
    to_unicode: bytes = field(repr=False)
    descriptor: str = field(repr=False)


@dataclass(frozen=True, eq=False)
class Family:
    """Both faces of a script set, the characters that both can print, and what matches all others."""

    regular: Face
    semibold: Face
    characters: frozenset[str] = field(repr=False)
    others: re.Pattern[str] = field(repr=False)


def family_for(characters: Iterable[str]) -> Family:
    """The smallest set that holds the scripts of these characters; what it can't print is the caller's to find out."""
    found = set(characters)
    return _family(
        any("\u0370" <= character <= "\u03ff" for character in found),
        any("\u0400" <= character <= "\u04ff" for character in found),
    )


@cache
def _family(has_greek: bool, has_cyrillic: bool) -> Family:
    wanted = LATIN | (GREEK if has_greek else frozenset()) | (CYRILLIC if has_cyrillic else frozenset())
    regular, semibold = _cut("R", wanted), _cut("B", wanted)
    characters = frozenset(regular.widths.keys() & semibold.widths.keys())
    others = re.compile(f"[^\t\n{re.escape(''.join(sorted(characters)))}]")
    return Family(regular, semibold, characters, others)


def _cut(resource: str, wanted: frozenset[int]) -> Face:
    file, stem = _FILES[resource]
    program = _subset(file, wanted)
    with TTFont(io.BytesIO(program)) as font:
        tables: Any = font
        scale = 1000 / tables["head"].unitsPerEm
        map_of: dict[int, str] = tables.getBestCmap()
        glyphs = {
            code: name for code in sorted(wanted) if (name := map_of.get(code) or map_of.get(_DRAWN_AS.get(code, -1)))
        }
        widths = {code: round(tables["hmtx"].metrics[name][0] * scale) for code, name in glyphs.items()}
        glyph_map = bytearray(2 * (max(glyphs) + 1))
        for code, name in glyphs.items():
            glyph_map[2 * code : 2 * code + 2] = tables.getGlyphID(name).to_bytes(2, "big")
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
        name = f"{tag}+{file}"
        box = [round(tables["head"].__dict__[edge] * scale) for edge in ("xMin", "yMin", "xMax", "yMax")]
        descriptor = (
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{' '.join(map(str, box))}] /ItalicAngle 0"
            f" /Ascent {round(tables['hhea'].ascent * scale)} /Descent {round(tables['hhea'].descent * scale)}"
            f" /CapHeight {round(tables['OS/2'].sCapHeight * scale)} /StemV {stem}"
        )
    runs = _runs(widths)
    return Face(
        resource=resource,
        name=name,
        program=program,
        widths={chr(code): width for code, width in widths.items()},
        glyph_map=bytes(glyph_map),
        width_array=" ".join(f"{first} [{' '.join(map(str, run))}]" for first, run in runs),
        to_unicode=_to_unicode(runs),
        descriptor=descriptor,
    )


def _subset(file: str, wanted: frozenset[int]) -> bytes:
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = []
    options.notdef_outline = True
    options.glyph_names = False
    with TTFont(FONTS / f"{file}.ttf", recalcTimestamp=False) as font:
        # Before the cut, which would read them first: most of its time, while a first invoice of a script waits.
        for table in {"GPOS", "GSUB", "GDEF", "STAT", "meta", "DSIG"} & set(font.keys()):
            del font[table]
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _runs(widths: dict[int, int]) -> list[tuple[int, list[int]]]:
    """Widths of codes that follow each other, with the first code: the form of a /W array."""
    runs: list[tuple[int, list[int]]] = []
    for code, width in sorted(widths.items()):
        if runs and runs[-1][0] + len(runs[-1][1]) == code:
            runs[-1][1].append(width)
        else:
            runs.append((code, [width]))
    return runs


def _to_unicode(runs: list[tuple[int, list[int]]]) -> bytes:
    """Each code is its character; a range may not cross a high byte (ISO 32000-2, 9.10.3)."""
    ranges: list[str] = []
    for first, widths in runs:
        start, end = first, first + len(widths) - 1
        while start <= end:
            stop = min(end, start | 0xFF)
            ranges.append(f"<{start:04X}> <{stop:04X}> <{start:04X}>\n")
            start = stop + 1
    blocks = [ranges[start : start + _RANGES_PER_BLOCK] for start in range(0, len(ranges), _RANGES_PER_BLOCK)]
    text = "".join(f"{len(block)} beginbfrange\n{''.join(block)}endbfrange\n" for block in blocks)
    return _CMAP.format(ranges=text).encode("ascii")
