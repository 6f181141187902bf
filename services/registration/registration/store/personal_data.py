"""Where registration keeps something of a person, table by table: whose rows are about them, what is told of these, and
what becomes of them when they are erased. For the pipeline role.

Nobody's name stands in the hash-chained audit trail: it says `user:<id>`, which is nobody's once the person is erased.
Facts on their way leave the outbox when they are published; their topic keeps the latest state alone, which is erased.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from mesh.transaction import Transaction

_GONE: Final = "…"
_MOST: Final = 1_000
"""Rows of one table that somebody is told of, the latest."""


@dataclass(frozen=True)
class Place:
    """A table with rows about people. Conditions and columns are SQL, with the parameters of `Subject`.

    `told`: columns, those that hold something personal under their own name. `erased`: what is set; "": rows go;
    None: nothing in them says who somebody was.
    """

    table: str
    about: str
    told: str
    erased: str | None
    order: str = "1"


def _text(column: str) -> str:
    """Free text without their names and addresses."""
    return f"{column} = regexp_replace({column}, :words, '{_GONE}', 'gi')"


def _replaced(column: str) -> str:
    return f"cast(regexp_replace(cast({column} as text), :words, '{_GONE}', 'gi') as jsonb)"


def _json(column: str) -> str:
    return f"{column} = {_replaced(column)}"


def _emptied(column: str, own: str) -> str:
    return f"{column} = case when {own} then '' else {column} end"


def _only(column: str, own: str) -> str:
    """Told where it is theirs: a row that names them may hold somebody else's too."""
    return f"case when {own} then {column} end as {column}"


def _parts(column: str) -> str:
    """What names them of an object: the rest is a company's own."""
    return f"""(select jsonb_object_agg(key, value) from jsonb_each({column})
        where cast(value as text) ~* :words) as {column}"""  # noqa: S608 - columns of this module


def _named(*columns: str, company: str = "company_id") -> str:
    """Their addresses are theirs wherever they stand; their name is that of others too, so it is looked for where they
    had to do with somebody."""
    text = " || ' ' || ".join(f"coalesce(cast({column} as text), '')" for column in columns)
    return f"({text} ~* :addresses or ({company} = any (cast(:companies as uuid[])) and {text} ~* :words))"


_OWN: Final = "person_id = :person"
_MAILED: Final = "lower(email) = any (cast(:emails as text[]))"
_PROVED: Final = "(proof ->> 'person_id' = cast(cast(:person as uuid) as text) or cast(proof as text) ~* :addresses)"
_CONTACTS: Final = """(select coalesce(jsonb_agg(e), '[]') from jsonb_array_elements(content -> 'contacts') e
    where cast(e as text) {} :words)"""
_WORDS: Final = ("message", "question", "reason", "ready_contact")
_LISTED: Final = "content -> 'contacts'"
_ASKED: Final = f"(ticket_id in (select id from ticket where {_OWN} or {_MAILED}) and not from_support)"  # noqa: S608 - of this module

_PHONES: Final = """select distinct e ->> 'phone' from company_profile,
    jsonb_array_elements(content -> 'contacts') e
    where lower(e ->> 'email') = any (cast(:emails as text[])) and coalesce(e ->> 'phone', '') <> ''"""
_COMPANIES: Final = f"""select company_id from membership where {_OWN}
    union select company_id from access_request where {_MAILED} union select company_id from prospect where {_MAILED}
    union select partner_id from prospect where {_MAILED} and partner_id is not null
    union select company_id from ticket where company_id is not null and ({_OWN} or {_MAILED})
    union select company_id from act where company_id is not null and cast(params as text) ~* :addresses
    union select company_id from activation where {_MAILED}"""  # noqa: S608 - of this module
"""With whom they had to do."""

PLACES: Final[Mapping[str, Place]] = {
    "person": Place(
        "person",
        "id = :person",
        "email, name, language, active, created_at",
        "email = null, name = null, active = false, erased = true",
    ),
    "credentials": Place("credential", _OWN, "changed_at", ""),
    "addresses": Place("person_address", _OWN, "email, confirmed_at", "", "confirmed_at"),
    "sessions": Place("session", _OWN, "created_at, seen_at, expires_at, browser, network", "", "created_at"),
    "devices": Place("device", _OWN, "used_at", ""),
    "factors": Place("factor", _OWN, "id, kind, name, created_at, confirmed_at, used_at", "", "created_at"),
    "recovery_codes": Place("recovery_code", _OWN, "used_at", ""),
    "challenges": Place("challenge", _OWN, "purpose, created_at, expires_at", ""),
    "links": Place(
        "activation",
        f"({_MAILED} or request ->> 'person_id' = cast(cast(:person as uuid) as text)"
        " or cast(request as text) ~* :addresses)",
        "email, purpose, request, created_at, expires_at, used_at",
        "",
        "created_at",
    ),
    "refused_mail": Place("bad_address", _MAILED, "email, since, why", ""),
    "answers": Place(
        "idempotency",
        _named("convert_from(reply, 'UTF8')"),
        "route, substring(convert_from(reply, 'UTF8') from '(?i)' || :words) as reply, created_at",
        "",
        "created_at",
    ),
    # Who was asked and has not answered is asked no more: nobody is there.
    "invitations": Place(
        "prospect",
        f"({_MAILED} or {_PROVED})",
        f"""company_id, legal_name, case when {_MAILED} then email end as email,
            case when {_MAILED} then content end as content, case when {_PROVED} then proof end as proof, state,
            asked_at""",
        f"""content = case when {_MAILED} then content - 'contact' else content end,
            state = case when {_MAILED} and state in ('asked', 'opened') then 'ended' else state end,
            decided_at = case when {_MAILED} and state in ('asked', 'opened') then now() else decided_at end,
            proof = case when {_PROVED} then proof || jsonb_build_object('email', '', 'person_name', '') else proof end,
            {_emptied("email", _MAILED)}""",
        "asked_at",
    ),
    "access_requests": Place(
        "access_request",
        _MAILED,
        "company_id, email, name, message, asked_at, state",
        """email = '', name = '', message = '', state = case state when 'open' then 'refused' else state end,
            decided_at = coalesce(decided_at, now())""",
        "asked_at",
    ),
    "messages": Place(
        "ticket_entry",
        f"({_OWN} or {_ASKED} or {_named('author', 'text')})",
        f"ticket_id, {_only('author', f'{_OWN} or {_ASKED}')}, text, at",
        f"{_emptied('author', f'{_OWN} or {_ASKED}')}, {_text('text')}",
        "at",
    ),
    "files": Place("ticket_file", f"({_ASKED} or {_named('name')})", "ticket_id, name, at", _text("name"), "at"),
    "tickets": Place(
        "ticket",
        f"({_OWN} or {_MAILED} or {_named('subject', 'document')})",
        f"""number, {_only("email", f"{_OWN} or {_MAILED}")}, {_only("name", f"{_OWN} or {_MAILED}")},
            {_only("subject", f"{_OWN} or {_MAILED} or subject ~* :words")},
            {_only("document", f"{_OWN} or {_MAILED} or document ~* :words")}, state, at""",
        f"""{_text("subject")}, {_text("document")}, {_emptied("name", f"{_OWN} or {_MAILED}")},
            {_emptied("email", f"{_OWN} or {_MAILED}")}""",
        "at",
    ),
    "mails": Place(
        "mail_log",
        f"(lower(address) = any (cast(:emails as text[])) or {_named('subject')})",
        f"""company_id, {_only("address", "lower(address) = any (cast(:emails as text[]))")},
            {_only("subject", "subject ~* :words")}, at, state""",
        f"{_text('subject')}, {_emptied('address', 'lower(address) = any (cast(:emails as text[]))')}",
        "at",
    ),
    # What is asked for about nobody any more is not done either.
    "operator_acts": Place(
        "act",
        f"(subject = cast(cast(:person as uuid) as text) or {_named('params', 'reason', 'note')})",
        "kind, params, reason, note, asked_at, state",
        f"""state = case when state = 'asked' and cast(params as text) ~* :addresses then 'refused' else state end,
            {_json("params")}, {_text("reason")}, {_text("note")}""",
        "asked_at",
    ),
    "acceptances": Place(
        "acceptance", _OWN, "company_id, person_name, version, sha256, network, at", "person_name = ''", "at"
    ),
    "contacts": Place(
        "company_profile",
        f"({_OWN} or {_named(_LISTED)})",
        f"company_id, version, changed_at, {_CONTACTS.format('~*')} as content",
        f"content = jsonb_set(content, '{{contacts}}', {_CONTACTS.format('!~*')})",
        "changed_at",
    ),
    "units": Place("unit", _named("settings"), f"company_id, name, {_parts('settings')}", _json("settings")),
    "versions": Place(
        "kept_version",
        f"({_OWN} or (subject_id <> company_id and {_named('content')}))",
        f"company_id, subject_id, version, changed_at, {_parts('content')}",
        f"content = case when subject_id = company_id then content else {_replaced('content')} end",
        "changed_at",
    ),
    "systems": Place(
        "back_end",
        _named("content"),
        """company_id, version, changed_at, (select jsonb_agg(e) from jsonb_array_elements(content) e
            where cast(e as text) ~* :words) as content""",
        _json("content"),
        "changed_at",
    ),
    "connections": Place(
        "connection",
        f"({_named(*_WORDS, 'consent_proof', company='supplier_id')}"
        f" or {_named(*_WORDS, 'consent_proof', company='buyer_id')})",
        f"""supplier_id, buyer_id, {", ".join(_only(column, f"{column} ~* :words") for column in _WORDS)},
            {_parts("consent_proof")}, since""",
        ", ".join([*map(_text, _WORDS), _json("consent_proof")]),
        "since",
    ),
    "purchases": Place(
        "purchase", "bought_by = :actor", "company_id, pack, amount, currency, bought_at", None, "bought_at"
    ),
    # Gone with them: `natural_persons.anonymise` comes before.
    "accounts": Place(
        "company",
        f"kind = 'person' and id in (select company_id from membership where {_OWN})",  # noqa: S608 - of this module
        "legal_name, national_number, customer_number, address, created_at",
        None,
        "created_at",
    ),
    "memberships": Place(
        "membership",
        _OWN,
        """company_id, (select legal_name from company c where c.id = company_id), roles, given, taken, active,
            created_at""",
        "",
        "company_id",
    ),
    "acts": Place(
        "audit",
        "(actor = :actor or subject = cast(cast(:person as uuid) as text))",
        "at, action, subject, company_id, actor",
        None,
        "id desc",
    ),
}
"""By what it is called towards the person. A test walks the schema: what stands nowhere here must hold nothing."""


async def subject(
    tx: Transaction, person_id: UUID, phones: Iterable[str], *, hold: bool = False
) -> dict[str, Any] | None:
    """What a person is found by, None for one who is erased; `phones` are numbers that are known to be theirs, `hold`
    lets others who write them wait."""
    row = await tx.row(
        f"select email, name from person where id = :id and not erased {'for update' if hold else ''}",  # noqa: S608 - nothing from outside
        id=person_id,
    )
    if row is None:
        return None
    emails = [row["email"], *await tx.values("select email from person_address where person_id = :id", id=person_id)]
    found: dict[str, Any] = {
        "person": person_id,
        "actor": f"user:{person_id}",
        "emails": [email.lower() for email in emails],
        "addresses": _pattern(emails),
    }
    listed = await tx.values(_PHONES, emails=found["emails"])
    found["words"] = _pattern([*emails, row["name"], *phones, *listed])
    return found | {"companies": await tx.values(_COMPANIES, **_needed(_COMPANIES, found))}


def _pattern(texts: Iterable[str]) -> str:
    """Finds each of them where it is not part of a longer word."""
    return rf"(?<![\w.+-])(?:{'|'.join(re.escape(text) for text in texts)})(?![\w-])"


async def units(tx: Transaction, subject: Mapping[str, Any]) -> list[UUID]:
    """Units whose settings name a person."""
    about = PLACES["units"].about
    return await tx.values(f"select id from unit where {about}", **_needed(about, subject))  # noqa: S608 - of this module


async def about(tx: Transaction, subject: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Every row about a person, by kind."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, place in PLACES.items():
        rows = await tx.rows(
            f"select {place.told} from {place.table} where {place.about} order by {place.order} limit {_MOST}",  # noqa: S608 - of this module
            **_needed(place.told + place.about, subject),
        )
        found[kind] = [dict(row) for row in rows]
    return found


async def anonymise(tx: Transaction, subject: Mapping[str, Any]) -> None:
    """No row says any more who somebody was; what is their own alone goes."""
    for place in PLACES.values():
        if place.erased is None:
            continue
        verb = f"update {place.table} set {place.erased}" if place.erased else f"delete from {place.table}"  # noqa: S608 - of this module
        sql = f"{verb} where {place.about}"
        await tx.execute(sql, **_needed(sql, subject))


def _needed(sql: str, subject: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names."""
    return {name: value for name, value in subject.items() if f":{name}" in sql}
