"""What the gateway itself answers: RFC 9457 problems in the services' own form, for errors no service ever sees.

Texts are fixed. Envoy's reasons name hosts, ports and filters, which is nobody's business outside.
"""

from dataclasses import dataclass
from typing import Any, Final

from gateway.envoy_api import Config

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One refusal of the gateway. `retry_after` in seconds, where trying again can help."""

    status: int
    code: str
    title: str
    detail: str
    retry_after: int | None = None

    @property
    def body(self) -> Config:
        """The problem as Envoy's JSON format; `%…%` are its own operators."""
        return {
            "type": f"urn:navette:problem:{self.code.lower()}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "violations": [],
            "request_id": "%REQ(x-request-id)%",
        }


IDENTITY_UNAVAILABLE: Final = Problem(
    503, "IDENTITY_UNAVAILABLE", "Sign-in is unavailable", "Nothing was done. Try again in a moment.", 2
)

PROBLEMS: Final[tuple[Problem, ...]] = (
    Problem(400, "BAD_REQUEST", "This is not a valid HTTP request", "Check headers, path and encoding."),
    Problem(401, "UNAUTHENTICATED", "Sign in first", "Send a valid access token, or sign in again."),
    Problem(403, "FORBIDDEN", "This credential does not open this address", "Ask for a token for this service."),
    Problem(404, "NOT_FOUND", "There is nothing at this address", "Check the address against the API description."),
    Problem(408, "REQUEST_TIMEOUT", "The request took too long to arrive", "Send it again."),
    Problem(413, "PAYLOAD_TOO_LARGE", "The request is too large", "Send less, or use an address made for files."),
    Problem(421, "MISDIRECTED_REQUEST", "This host is not served here", "Check the host name."),
    Problem(426, "UPGRADE_REQUIRED", "This version of HTTP is not served", "Use HTTP/1.1 or HTTP/2."),
    Problem(429, "RATE_LIMITED", "Too many requests", "Slow down and try again.", 1),
    Problem(431, "HEADERS_TOO_LARGE", "The request's headers are too large", "Send fewer or shorter headers."),
    Problem(502, "BAD_GATEWAY", "The service answered unintelligibly", "Try again in a moment.", 2),
    Problem(503, "SERVICE_UNAVAILABLE", "The service is unavailable", "Try again in a moment.", 2),
    Problem(
        504, "GATEWAY_TIMEOUT", "The service did not answer in time", "Try again with the same idempotency key.", 2
    ),
)


def problem_of(status: int) -> Problem:
    """The problem of a status. Raises KeyError for one the gateway never gives."""
    return {problem.status: problem for problem in PROBLEMS}[status]


def _status_is(status: int) -> Config:
    return {
        "status_code_filter": {"comparison": {"op": "EQ", "value": {"default_value": status, "runtime_key": "none"}}}
    }


_REFUSED_BY_EXCHANGE: Final[Config] = {"response_flag_filter": {"flags": ["UAEX"]}}


def _mapper(problem: Problem, when: Config) -> Config:
    mapper: Config = {
        "filter": when,
        "body_format_override": {"content_type": MEDIA_TYPE, "json_format": problem.body},
    }
    if problem.retry_after is not None:
        mapper["headers_to_add"] = [
            {
                "header": {"key": "retry-after", "value": str(problem.retry_after)},
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            }
        ]
    return mapper


def local_replies() -> Config:
    """Envoy's `local_reply_config`, the first mapper that fits wins."""
    exchange_down: dict[str, Any] = {"and_filter": {"filters": [_REFUSED_BY_EXCHANGE, _status_is(503)]}}
    return {
        "mappers": [
            _mapper(IDENTITY_UNAVAILABLE, exchange_down),
            {  # registration said no: its own words pass
                "filter": _REFUSED_BY_EXCHANGE,
                "body_format_override": {
                    "content_type": MEDIA_TYPE,
                    "text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"},
                },
            },
            *(_mapper(problem, _status_is(problem.status)) for problem in PROBLEMS),
        ],
        "body_format": {
            "content_type": MEDIA_TYPE,
            "json_format": {
                **Problem(0, "GATEWAY_ERROR", "The request could not be served", "").body,
                "status": "%RESPONSE_CODE%",
            },
        },
    }
