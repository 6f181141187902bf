"""How the operators' own operations are asked for: those of every service, and those of one."""

from datetime import UTC, datetime

from actors.case import Case

_REASON = {"reason": "asked by the tenant matrix"}
_LETTER = {"letter": "letter_id"}
_JOB = {"job": "job_id"}
_TICKET = {"ticket_id": "ticket_id"}
OPERATING: dict[str, Case] = {
    "service_status": Case("operator"),
    "audit_verified": Case("operator"),
    "parked_facts": Case("operator", query={"subject": "{invoice_id}"}),
    "retry_parked_facts": Case("operator", lambda s: _REASON, query={"key": "{invoice_id}"}),
    "dead_letters_listed": Case("operator"),
    "dead_letter_groups": Case("operator"),
    "dead_letter_shown": Case("operator", renamed=_LETTER),
    "redrive_dead_letters": Case(
        "operator", lambda s: _REASON | {"ids": [s["letter_id"]]}, refusal="DEAD_LETTER_UNREADABLE"
    ),
    "discard_dead_letters": Case("operator", lambda s: _REASON | {"ids": [s["letter_id"]]}),
    "replays": Case("operator"),
    "plan_replay": Case("operator", lambda s: _REASON | {"mode": "fill", "keys": [s["invoice_id"]]}),
    "replay_shown": Case("operator", renamed=_JOB),
    "replay_watched": Case("operator", renamed=_JOB),
    "replay_rate": Case("operator", lambda s: {"rate": 1}, renamed=_JOB),
    "start_replay": Case("operator", lambda s: {"plan_hash": s["canary"]}, renamed=_JOB, refusal="PLAN_MOVED"),
    "steer_replay": Case("operator", renamed=_JOB),
    "move_clock": Case("operator", lambda s: {"now": datetime.now(UTC).isoformat()}),
    "trace_invoice": Case("operator"),
    "newest_paths": Case("operator"),
    "list_all_tickets": Case("operator"),
    "list_all_access_requests": Case("operator"),
    "read_any_back_end": Case("operator", renamed={"company_id": "buyer_id"}),
    "set_back_end": Case(
        "operator",
        lambda s: {"systems": [{"name": s["canary"], "channel": "api"}]},
        renamed={"company_id": "buyer_id"},
        version="back_end_version",
    ),
    "read_any_ticket": Case("operator", renamed=_TICKET),
    "answer_with_file": Case(
        "operator", content=lambda: (b"matrix", "text/plain"), query={"name": "matrix.txt"}, renamed=_TICKET
    ),
    "read_any_ticket_file": Case("operator", renamed=_TICKET | {"file_id": "ticket_file_id"}),
    "pass_ticket_on": Case("operator", lambda s: {"topic": "technical"}, {"number": "ticket_number"}),
    "answer_ticket": Case("operator", lambda s: {"text": s["fresh"]}, _TICKET),
    "list_acts": Case("operator"),
    "ask_for_act": Case("operator", lambda s: _REASON | {"kind": "company_confirm", "company_id": s["buyer_id"]}),
    "approve_act": Case("operator", lambda s: {}, {"act_id": "approved_act_id"}),
    "refuse_act": Case("operator", lambda s: {}, {"act_id": "refused_act_id"}),
    "evidence_standing": Case("operator"),
    "archive_checks": Case("operator"),
    "ask_for_check": Case("operator", lambda s: _REASON),
    "stamp_evidence": Case("operator", lambda s: _REASON),
    "renew_evidence": Case("operator", lambda s: _REASON),
    "legal_holds": Case("operator"),
    "place_hold": Case("operator", lambda s: _REASON | {"invoice_id": s["invoice_id"]}),
    "lift_hold": Case("operator", lambda s: _REASON),
    "list_eliminations": Case("operator"),
    "elimination_items": Case("operator", renamed={"elimination_id": "approved_elimination_id"}),
    # Terms are years: nothing of this mesh has outlived its own.
    "propose_elimination": Case("operator", lambda s: _REASON, refusal="NOTHING_DUE"),
    "approve_elimination": Case(
        "operator", lambda s: _REASON | {"digest": "0" * 64}, {"elimination_id": "approved_elimination_id"}
    ),
    "refuse_elimination": Case("operator", lambda s: _REASON, {"elimination_id": "refused_elimination_id"}),
    "list_signing_keys": Case("operator"),
    "rotate_signing_keys": Case("operator"),
}
