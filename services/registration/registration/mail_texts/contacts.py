"""Mails about a main contact that one company proposes to another."""

from typing import Final

from registration.mail_texts.letter import Wording

PROPOSED: Final[Wording] = {
    "fr": (
        "{partner} propose {name} comme interlocuteur de {company}",
        "Bonjour {person},",
        "{partner} vous propose {name} ({email}) comme interlocuteur principal de {company} et écrit : « {message} »",
        "Vous seul décidez. N’acceptez que si cette personne est des vôtres :",
        "{link}",
    ),
    "en": (
        "{partner} proposes {name} as a contact of {company}",
        "Hello {person},",
        "{partner} proposes {name} ({email}) as the main contact of {company} and writes: “{message}”",
        "You alone decide. Accept only if this person is one of yours:",
        "{link}",
    ),
}
ACCEPTED: Final[Wording] = {
    "fr": (
        "{company} accepte {name} comme interlocuteur",
        "Bonjour {person},",
        "{company} a invité {name}, que vous avez proposé.",
        "{link}",
    ),
    "en": (
        "{company} accepts {name} as a contact",
        "Hello {person},",
        "{company} has asked in {name}, whom you proposed.",
        "{link}",
    ),
}
REFUSED: Final[Wording] = {
    "fr": (
        "{company} garde ses interlocuteurs",
        "Bonjour {person},",
        "{company} n’a pas retenu {name}, que vous avez proposé ; ses interlocuteurs restent les mêmes.",
        "{link}",
    ),
    "en": (
        "{company} keeps its contacts",
        "Hello {person},",
        "{company} did not take {name}, whom you proposed; its contacts stay the same.",
        "{link}",
    ),
}
