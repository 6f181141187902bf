"""The value of a signature stands in a hole that nothing covers: it must hold the value, zeros, and nothing else."""

from collections.abc import Sequence

from signing.sealer.der import read


def is_canonical(pdf: bytes, byte_range: Sequence[int]) -> bool:
    """Whether the bytes that a signature leaves out are one hexadecimal string: one DER value, then zeros."""
    try:
        _, start, end, _ = byte_range
        string = pdf[start:end]
        digits = string[1:-1]
        if string[:1] != b"<" or string[-1:] != b">" or digits not in (digits.lower(), digits.upper()):
            return False
        value = bytes.fromhex(digits.decode("ascii"))
        return not value[read(value).end :].strip(b"\0")
    except ValueError:
        return False
