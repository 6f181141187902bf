"""What the files of an upload hold: invoices, the text of a plain PDF, or findings that say why neither."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from contracts.faults import Finding, Severity
from documents.csv.invoice import INVOICES, read_invoices
from documents.csv.table import names_of
from documents.errors import DocumentError, DocumentUnreadable
from documents.invoice import Invoice
from documents.reading import read_invoice
from documents.totals import calculate
from invoicing import pdf_reading
from invoicing.domain.incoming import MOST_FILES, File
from invoicing.pdf_reading import PdfUnreadable

_PDF: Final = b"%PDF-"


@dataclass(frozen=True)
class Read:
    """One invoice of a file. `xml`: the bytes it was read from; `source`: the PDF around them; `line`: its first in a
    CSV.
    """

    name: str
    invoice: Invoice | None = None
    text: str | None = None
    findings: tuple[dict[str, Any], ...] = ()
    xml: bytes | None = None
    source: bytes | None = None
    line: int | None = None


async def read(file: File) -> list[Read]:
    """Read a file, before any transaction: a PDF of a stranger takes its time."""
    try:
        if _is_csv(file):
            return list(_of_csv(file))
        xml, source = file.data, None
        if xml.startswith(_PDF):
            content = await pdf_reading.read(xml)
            if content.xml is None:
                return [Read(file.name, text=content.text)]
            xml, source = content.xml, file.data
        return [Read(file.name, invoice=read_invoice(xml), xml=xml, source=source)]
    except PdfUnreadable as error:
        return [Read(file.name, findings=(finding("PDF_UNREADABLE", str(error)),))]
    except DocumentError as error:
        return [Read(file.name, findings=tuple(unreadable(error)))]


def finding(rule: str, detail: str) -> dict[str, Any]:
    """Something that stands against a file as a whole."""
    return Finding(rule=rule, severity=Severity.FATAL, detail=detail[:500]).model_dump(mode="json")


def unreadable(error: DocumentError) -> list[dict[str, Any]]:
    """Why a document cannot be read, place by place."""
    if not isinstance(error, DocumentUnreadable):
        return [finding("UNKNOWN_DOCUMENT", str(error))]
    return [finding(problem.code, f"{problem.message}. {problem.remedy}") for problem in error.problems[:20]]


def _is_csv(file: File) -> bool:
    """By its first row, whatever the file is called."""
    if file.data.startswith((b"<", _PDF)):
        return False
    first = file.data[:10_000].partition(b"\n")[0]
    try:
        return INVOICES.key in names_of(first.decode("utf-8-sig")) or file.name.casefold().endswith(".csv")
    except UnicodeDecodeError:
        return file.name.casefold().endswith(".csv")


def _of_csv(file: File) -> Iterator[Read]:
    try:
        lines = io.StringIO(file.data.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        yield Read(file.name, findings=(finding("NOT_UTF8", "Save the file as UTF-8."),))
        return
    found = read_invoices(lines)
    for each in islice(found, MOST_FILES):
        if each.document is None:
            told = tuple(
                Finding(
                    rule=problem.code,
                    severity=Severity.FATAL,
                    pointer=problem.path,
                    detail=f"Line {problem.line}: {problem.message}. {problem.remedy}"[:500],
                ).model_dump(mode="json")
                for problem in each.problems[:20]
            )
            yield Read(file.name, findings=told, line=each.line)
            continue
        try:
            yield Read(file.name, invoice=calculate(each.document), line=each.line)
        except DocumentError as error:
            yield Read(file.name, findings=tuple(unreadable(error)), line=each.line)
    if next(found, None) is not None:
        detail = f"A file holds at most {MOST_FILES} invoices; send the others in another one."
        yield Read(file.name, findings=(finding("TOO_MANY_INVOICES", detail),))
