"""`python tests/bench/portal`: what a person waits for, in Chromium on the whole mesh. `ROUNDS`, `ROWS` at will.

A list of `ROWS` invoices on a warm browser, and the flip of an order by script with one provoked error and its
correction. The rows belong to a company of the tests, and are removed afterwards.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import asyncpg
from playwright.sync_api import Page, expect, sync_playwright

from actors.documents import fresh, order_xml
from actors.mesh import OUTSIDER, Mesh
from actors.stack import peopled, up
from actors.trade import Supplier, publish
from local_stack import environment, ports, tools
from local_stack.layout import Layout
from local_stack.stack import Stack

ROUNDS = int(os.environ.get("ROUNDS", "20"))
ROWS = int(os.environ.get("ROWS", "10000"))
_FILL = """insert into invoicing.invoice (id, supplier_id, author_id, buyer_id, recipient_id, unit_id, kind, draft,
    number, number_key, order_numbers, currency, net, vat, gross, due, search, state, status, created_at, issue_date,
    transaction_number, archived_at)
select gen_random_uuid(), $1, $1, $2, $2, $2, 'invoice', '{"seller": {"name": "S"}, "buyer": {"name": "B"}}',
    'BENCH-' || n, 'BENCH-' || n, array['PO-' || n], 'EUR', n % 5000, 0, n % 5000, n % 5000,
    'BENCH-' || n || E'\\n' || 'PO-' || n, 'delivered', case n % 3 when 0 then '205' when 1 then null else '212' end,
    now() - n * interval '90 seconds', current_date - n % 700, 'B' || lpad(cast(n as text), 10, '0'), now()
from generate_series(1, $3::int) n"""
_CLEAR = "delete from invoicing.invoice where supplier_id = $1 and number like 'BENCH-%'"


def say(name: str, figure: str) -> None:
    """One line of the table."""
    sys.stdout.write(f"{name:<64}{figure}\n")
    sys.stdout.flush()


def _ask(mesh: Mesh, statement: str, *values: object) -> None:
    async def run() -> None:
        given = environment.of(mesh.layout, ports.read(mesh.layout), "invoicing")
        connection = await asyncpg.connect(given["INVOICING_DATABASE_PIPELINE"])
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    asyncio.run(run())


def _sign_in(page: Page, mesh: Mesh, email: str) -> None:
    page.goto(f"{mesh.access.url}/")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", mesh.people[email])
    page.keyboard.press("Enter")
    page.wait_for_selector(".shell")


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _list(page: Page, mesh: Mesh) -> list[float]:
    """From the address to rows that can be used."""
    _sign_in(page, mesh, "outsider@tests.navette.example")

    def opened() -> None:
        page.goto(f"{mesh.access.url}/invoices")
        page.wait_for_selector("tbody tr")

    opened()
    return sorted(_seconds(opened) for _ in range(ROUNDS))


def _flip(page: Page, mesh: Mesh) -> list[float]:
    """From the open order to the invoice's thread: number, a quantity too high, its correction, sent."""
    _sign_in(page, mesh, "supplier@demo.navette.example")
    taken: list[float] = []
    for _ in range(max(3, ROUNDS // 4)):
        order = fresh("CMD")
        with mesh.erp() as erp, mesh.person("supplier") as person:
            publish(erp, order_xml(order))
            found = Supplier(person).order(order)
        page.goto(f"{mesh.access.url}/orders/{found['id']}")
        button = page.locator("main button.send:not([data-disabled])")
        button.wait_for()
        taken.append(_seconds(lambda: _by_keyboard(page)))
    return sorted(taken)


def _by_keyboard(page: Page) -> None:
    page.locator("main button.send").press("Enter")
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(fresh("F"))
    first = page.locator("#line-0")
    good = first.input_value()
    first.press("Control+a")
    page.keyboard.type("99999")
    page.locator("#line-0-why").wait_for()
    page.keyboard.press("Control+Enter")
    expect(first).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(good)
    page.locator(".findings[data-none]").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".thread").wait_for()


def _groups_of_keys(page: Page, mesh: Mesh) -> int:
    """From anywhere to the invoice's thread, hands on the keyboard: one order, nothing to correct."""
    _sign_in(page, mesh, "supplier@demo.navette.example")
    order = fresh("CMD")
    with mesh.erp() as erp, mesh.person("supplier") as person:
        publish(erp, order_xml(order))
        Supplier(person).order(order)
    keys = page.keyboard
    groups: list[Callable[[], None]] = [
        lambda: keys.press("Control+k"),
        lambda: keys.type(order),
        lambda: keys.press("Enter"),
        lambda: keys.press("Enter"),
        lambda: keys.type(fresh("F")),
        lambda: keys.press("Control+Enter"),
    ]
    ready = [
        "input[role=combobox]",
        f".palette-row:has-text('{order}')",
        "main button.send:focus:not([data-disabled])",
        "#number:focus",
        ".findings[data-none][aria-busy=false]",
        ".thread",
    ]
    for press, selector in zip(groups, ready, strict=True):
        press()
        page.locator(selector).first.wait_for()
    return len(groups)


def main() -> None:
    """Print the table."""
    mesh = peopled(up(Stack(Layout.of_tests())))
    _ask(mesh, _FILL, OUTSIDER, uuid4(), ROWS)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=tools.require("chromium"), args=["--no-sandbox"])
            for name, measured in (
                (f"list of {ROWS:,} invoices usable, warm browser (p95 goal < 1 s)", _list),
                ("flip by script, one error and its correction (goal ≤ 5 s)", _flip),
            ):
                context = browser.new_context(ignore_https_errors=True, locale="fr-FR", reduced_motion="reduce")
                taken = measured(context.new_page(), mesh)
                say(name, f"p50 {taken[len(taken) // 2]:.2f} s, p95 {taken[len(taken) * 95 // 100]:.2f} s")
                context.close()
            context = browser.new_context(ignore_https_errors=True, locale="fr-FR", reduced_motion="reduce")
            groups = _groups_of_keys(context.new_page(), mesh)
            say("groups of keys for a flip without a mistake (goal ≤ 12, aim 8)", str(groups))
            browser.close()
    finally:
        _ask(mesh, _CLEAR, OUTSIDER)
    say("load of the machine", f"{os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
