"""Which passwords are taken (OWASP ASVS 5.0, 6.2): length decides, composition does not, and nothing is cut off."""

from typing import Final

from zxcvbn import zxcvbn

MIN: Final = 12
MAX: Final = 200
_MIN_DISTINCT: Final = 6
_GUESSES_LOG10: Final = 8.0
"""A password that falls within so many guesses of the usual lists and patterns is one that others try first."""
_FRENCH: Final = (
    "motdepasse",
    "mdp",
    "azerty",
    "azertyuiop",
    "qsdfgh",
    "qsdfghjklm",
    "wxcvbn",
    "bonjour",
    "bonsoir",
    "soleil",
    "doudou",
    "loulou",
    "chouchou",
    "jetaime",
    "monamour",
    "coucou",
    "nicolas",
    "camille",
    "marseille",
    "paris",
    "france",
    "football",
    "chocolat",
    "princesse",
    "vacances",
    "maison",
    "comptabilite",
    "comptable",
    "facture",
    "factures",
    "fournisseur",
    "entreprise",
    "societe",
    "bienvenue",
    "secret",
    "administrateur",
)
"""What French people try first; the library's own lists are English."""
_JUDGED: Final = 60
"""Characters that are judged: what is longer than this is judged by its beginning, since judging is quadratic."""


def flaw(password: str, *, email: str, further: tuple[str, ...] = ()) -> str:
    """What is wrong with a password, for its owner; "" when nothing is. `further` are words that others would try."""
    if len(password) < MIN:
        return f"at least {MIN} characters; a short sentence is easy to keep in mind"
    if len(password) > MAX:
        return f"at most {MAX} characters"
    if len(set(password.casefold())) < _MIN_DISTINCT:
        return "too few different characters"
    guessable = [email, email.partition("@")[0], "navette", *further]
    if any(len(word) >= 4 and _is_mostly(password.casefold(), word.casefold()) for word in guessable):
        return "it is made of your address, your company's name or ours"
    words = [word[:_JUDGED] for word in guessable if word] + list(_FRENCH)
    if float(zxcvbn(password[:_JUDGED], user_inputs=words)["guesses_log10"]) < _GUESSES_LOG10:
        return "it is made of what others try first: names, years, rows of keys, well-known passwords"
    return ""


def _is_mostly(password: str, word: str) -> bool:
    """Whether a word makes up half of the password or more."""
    return word in password and len(word) * 2 >= len(password)
