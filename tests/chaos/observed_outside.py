"""Reads what a run told others: facts and dead letters on the topics, webhooks, mails."""

import hashlib
import json
import re
from collections.abc import Iterable
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

from history import Fact, Heard, History, Letter, Mailed
from people import Somebody

from actors.listener import Hook
from contracts.topics import INVOICES_EVENTS, SERVICES, dlq_topic
from local_stack.fixtures import Infra
from mesh.kafka import KafkaConnection
from mesh.records import RawRecord
from mesh.replay import reader

_NUMBER = re.compile(r"\bF-[0-9A-F]{10}\b")


def _kafka(infra: Infra) -> KafkaConnection:
    return KafkaConnection(infra.bootstrap, infra.kafka_username, infra.kafka_password)


async def _records(infra: Infra, topic: str) -> list[RawRecord]:
    until = await reader.ends(_kafka(infra), (topic,))
    return [record async for batch in reader.read(_kafka(infra), until) for record in batch]


async def facts(infra: Infra, run: History) -> None:
    """Fill in the facts on the topic of invoices; what was injected is none."""
    injected = {poison.key for poison in run.poison}
    run.facts += [_fact(r) for r in await _records(infra, INVOICES_EVENTS) if r.key not in injected]


def _fact(record: RawRecord) -> Fact:
    content = json.loads(record.value)
    kind = (record.header("ce_type") or "").removeprefix("navette.").rpartition(".v")[0]
    totals = content.get("totals") or {}
    return Fact(
        id=record.header("ce_id") or "",
        type=kind,
        key=f"{record.header('ce_source')} {record.header('ce_subject')}",
        submission=str(content.get("submission_id") or ""),
        sequence=int(record.header("ce_sequence") or 0),
        body=hashlib.sha256(record.value).hexdigest(),
        original=content["original"]["sha256"] if kind == "invoice.sealed" else "",
        gross=Decimal(totals["gross"]) if kind == "invoice.submitted" else None,
        tenant=record.header("ce_tenant") or "",
        parties=frozenset(str(content[side]) for side in ("supplier_id", "buyer_id")),
    )


async def letters(infra: Infra, run: History, operator: Somebody) -> None:
    """Fill in the open dead letters as operators see them, each with the bytes that its topic holds."""
    for service in SERVICES:
        kept = {
            record.header("dlq-id"): hashlib.sha256(record.value).hexdigest()
            for record in await _records(infra, dlq_topic(service))
        }
        for letter in operator.send("GET", f"/v1/ops/{service}/dead-letters", params={"limit": 500}).json():
            told = bool(letter["error"] and letter["fingerprint"])
            run.letters.append(Letter(service, letter["msg_key"], letter["error"], told, kept.get(letter["id"], "")))


def heard(hooks: Iterable[Hook], secret: str) -> list[Heard]:
    """Webhooks as they arrived."""
    return [
        Heard(
            id=hook.headers["webhook-id"],
            type=hook.item["type"],
            subject=str(UUID(hook.item["subject"])),
            body=hashlib.sha256(hook.body).hexdigest(),
            signed=hook.signed_by(secret),
            gross=Decimal(hook.item["data"]["totals"]["gross"]),
        )
        for hook in hooks
    ]


def mails(folder: Path) -> list[Mailed]:
    """Mails as they arrived, the oldest first; a mail that is sent again may have another date."""
    return [_mailed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def _mailed(source: bytes) -> Mailed:
    message: Any = message_from_bytes(source, policy=policy.default)
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    whole = "\n".join([str(message["Subject"]), str(message["X-Envelope-To"]), *texts])
    return Mailed(
        id=str(message["Message-ID"]),
        to=str(message["X-Envelope-To"]),
        about=frozenset(_NUMBER.findall(whole)),
        body=hashlib.sha256(whole.encode()).hexdigest(),
    )
