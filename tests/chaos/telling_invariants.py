"""The oracle's invariants about what is told and what is left: I7, I8, I10, I11, I13 to I15."""

from collections import defaultdict
from collections.abc import Iterable

from history import Fact, History


def each_step_is_told_once(run: History) -> list[str]:
    """I7: each step has one fact, webhook and mail; what is repeated to the outside has the same id and content."""
    bodies: dict[str, set[str]] = defaultdict(set)
    steps: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fact in run.facts:
        bodies[fact.id].add(fact.body)
        if fact.submission and fact.type.startswith("invoice.") and fact.type != "invoice.status_reported":
            steps[fact.submission, fact.type].add(fact.id)
    found = [f"fact {i} was sent with {len(b)} contents" for i, b in bodies.items() if len(b) > 1]
    found += [f"{s}: {len(ids)} facts {kind}" for (s, kind), ids in steps.items() if len(ids) > 1]
    wanted = {"invoice.submitted", "invoice.validated", "invoice.sealed", "invoice.archived", "invoice.delivered"}
    for each in run.submissions:
        told = {kind for submission, kind in steps if submission == each.id}
        if each.state == "delivered" and not wanted <= told:
            found.append(f"{each.id} was delivered without {sorted(wanted - told)}")
    return found + _webhooks(run) + _mails(run)


def _webhooks(run: History) -> list[str]:
    bodies: dict[str, set[str]] = defaultdict(set)
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for hook in run.heard:
        bodies[hook.id].add(hook.body)
        told[hook.subject, hook.type].add(hook.id)
    found = [f"webhook {hook.id} is not signed" for hook in run.heard if not hook.signed]
    found += [f"webhook {i} came with {len(b)} contents" for i, b in bodies.items() if len(b) > 1]
    found += [
        f"{len(ids)} webhooks told that {subject} was archived"
        for (subject, kind), ids in told.items()
        if kind == "invoice.archived" and len(ids) > 1
    ]
    delivered = {each.invoice for each in run.submissions if each.state == "delivered"}
    about = {subject for subject, kind in told if kind == "invoice.archived"}
    return found + [f"no webhook told that {invoice} was archived" for invoice in sorted(delivered - about)]


def _mails(run: History) -> list[str]:
    bodies: dict[str, set[str]] = defaultdict(set)
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mail in run.mails:
        bodies[mail.id].add(mail.body)
        for about in mail.about or {""}:
            told[mail.to, about].add(mail.id)
    wanted = {(address, number) for number, address in run.reported.items()} | {(to, "") for to in run.asked_in}
    found = [f"mail {i} came with {len(b)} contents" for i, b in bodies.items() if len(b) > 1]
    return found + [
        f"{len(told[to, about])} mails to {to} about {about or 'the invitation'}"
        for to, about in sorted(wanted)
        if len(told[to, about]) != 1
    ]


def _first_arrivals(facts: Iterable[Fact]) -> list[Fact]:
    return list({fact.id: fact for fact in reversed(list(facts))}.values())[::-1]


def readers_see_one_order(run: History) -> list[str]:
    """I8: first arrivals of a source's facts about one subject count up; a feed polled meanwhile missed nothing."""
    last: dict[str, int] = {}
    found: list[str] = []
    for fact in _first_arrivals(run.facts):
        if fact.sequence <= last.get(fact.key, 0):
            found.append(f"{fact.type} of {fact.key} came with number {fact.sequence} after {last[fact.key]}")
        last[fact.key] = fact.sequence
    if run.polled != run.feed:
        missed, other = set(run.feed) - set(run.polled), len(run.polled)
        found.append(f"polling read {other} items, the whole feed has {len(run.feed)}: {sorted(missed)[:3]} missed")
    positions = [position for position, _ in run.feed]
    if positions != sorted(set(positions)):
        found.append("positions of the feed do not rise")
    return found


def a_repeated_request_gets_its_first_answer(run: History) -> list[str]:
    """I10: the same key and body get the same answer, another body under a used key is refused."""
    found = [f"key {key} got {len(set(b))} different answers" for key, b in run.replies.items() if len(set(b)) > 1]
    return found + [f"another request under a used key got {status}" for status in run.misused if status != 422]


def nobody_sees_what_is_others(run: History) -> list[str]:
    """I11: lists, feeds, mails and facts name documents only to the companies whose business they are."""
    found = [
        f"{shown.company} was shown {shown.id} by {shown.where}"
        for shown in run.shown
        if shown.id in run.owners and shown.company not in run.owners[shown.id]
    ]
    found += [f"{f.type} {f.id} belongs to {f.tenant}" for f in run.facts if f.tenant not in f.parties]
    of_number = {each.number: {each.supplier, each.buyer} for each in run.submissions}
    return found + [
        f"{mail.to} got a mail about {number}"
        for mail in run.mails
        for number in mail.about
        if number in of_number and run.people.get(mail.to) not in of_number[number]
    ]


def nothing_is_left_over(run: History) -> list[str]:
    """I13: nothing unsent, parked or unread; the dead letters are the injected poison, whole and seen by operators."""
    found = [
        f"{rest.service}: {name} {count}"
        for rest in run.rests
        for name, count in (
            ("outbox", rest.outbox),
            ("parked", rest.parked),
            ("lag", rest.lag),
            ("unsent mails or webhooks", rest.unsent),
        )
        if count
    ]
    wanted = {(service, poison.key): poison for poison in run.poison for service in poison.readers}
    letters = {(letter.service, letter.key): letter for letter in run.letters}
    found += [f"{place[0]} has no dead letter for {wanted[place].kind}" for place in wanted.keys() - letters]
    found += [
        f"{service}: a dead letter that nobody injected: {letters[service, key].error}"
        for service, key in letters.keys() - wanted
    ]
    return found + [
        f"{place[0]}: the letter about {wanted[place].kind} is not whole or not told"
        for place in wanted.keys() & letters.keys()
        if not letters[place].told or letters[place].body != wanted[place].body
    ]


def nothing_is_held(run: History) -> list[str]:
    """I14: no transaction, lock, upload is left open, no lease lapsed; audit rows are numbered and chained."""
    found = [f"{run.uploads} uploads were begun and not ended"] if run.uploads else []
    return found + [
        f"{rest.service}: {name} {value}"
        for rest in run.rests
        for name, value in (
            ("idle transactions", rest.idle_transactions),
            ("waits for locks", rest.waiting_locks),
            ("leases that nobody renews", rest.lost_leases),
            ("audit rows without number", rest.unnumbered_audits),
            ("audit chain", rest.broken_audit),
        )
        if value
    ]


def projections_are_what_the_topics_say(run: History) -> list[str]:
    """I15: every projection, rebuilt from its topics, is the live one."""
    return [f"{table} differs from its rebuild" for table, (live, new) in run.rebuilt.items() if live != new]
