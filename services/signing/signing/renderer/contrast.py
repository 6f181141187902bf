"""Colour contrast (WCAG 2.2, 1.4.3)."""

from typing import Final

AA: Final = 4.5
_STEP: Final = 0.94


def readable(colour: str) -> str:
    """The colour (`#rrggbb`), darkened until text in it has a contrast of 4.5:1 on white."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < AA:
        channels = [channel * _STEP for channel in channels]
    return "#" + "".join(f"{int(channel * 255):02x}" for channel in channels)


def _luminance(channels: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
