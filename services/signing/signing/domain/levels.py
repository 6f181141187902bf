"""PAdES baseline levels (ETSI EN 319 142-1)."""

from enum import StrEnum


class SealLevel(StrEnum):
    """What a verifier finds inside the file: the signature; its time; its validation data; and the time of those."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def has_time_stamp(self) -> bool:
        """A signature time-stamp (RFC 3161) is embedded."""
        return self is not SealLevel.B_B

    @property
    def has_validation_data(self) -> bool:
        """Certificates and revocation data of the signer and of the time-stamp are embedded (DSS dictionary)."""
        return self in (SealLevel.B_LT, SealLevel.B_LTA)

    @property
    def has_archive_time_stamp(self) -> bool:
        """A document time-stamp covers the validation data, so that it can be renewed for decades."""
        return self is SealLevel.B_LTA
