"""How a mail is put together from its paragraphs. Names that people typed never become links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from mesh.mail_links import unlinked

Wording = Mapping[str, tuple[str, ...]]
"""By language: the subject, then paragraphs. `{link}` stands alone in its paragraph."""


@dataclass(frozen=True)
class Text:
    """A mail's subject, and its text as plain text and HTML."""

    subject: str
    text: str
    html: str


def written(wording: Wording, language: str, *, link: str = "", **names: str) -> Text:
    """A mail in the reader's language; English where there is none. `names` are what the wording calls `{…}`."""
    subject, *paragraphs = wording.get(language) or wording["en"]
    safe = {name: unlinked(value) for name, value in names.items()}
    filled = [part if part == "{link}" else part.format(**safe) for part in paragraphs]
    return Text(
        " ".join(subject.format(**safe).split())[:200],
        "\n\n".join(link if part == "{link}" else part for part in filled) + "\n",
        "".join(_paragraphs(filled, link)),
    )


def _paragraphs(parts: Sequence[str], link: str) -> list[str]:
    anchor = f'<p><a href="{escape(link)}">{escape(link)}</a></p>'
    return [anchor if part == "{link}" else f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in parts]
