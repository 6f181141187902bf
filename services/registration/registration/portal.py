"""The portal as browsers reach it: its origins, and links to its pages for mails."""

from collections.abc import Iterable, Mapping

from registration.domain import csrf


class Portal:
    """`public_url` is the origin that mails link to; `further` are others that it is served under."""

    def __init__(self, public_url: str, further: Iterable[str] = ()) -> None:
        self._public = public_url.rstrip("/")
        self._origins = frozenset(origin.rstrip("/").encode("latin-1") for origin in (public_url, *further))

    def link(self, path: str) -> str:
        """The address of a page."""
        return f"{self._public}{path}"

    def foreign(self, method: str, headers: Mapping[bytes, bytes]) -> str:
        """Why a request does not come from the portal, or ""; see `domain.csrf`."""
        return csrf.foreign(method, headers, self._origins)
