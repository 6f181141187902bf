"""What pyHanko has to say, in one line of our own log each and without its tracebacks.

It warns of every path it could not take, with the whole traceback, even where the next one leads to a good seal; what
matters to us comes back as an exception or as a report.
"""

import logging

import structlog

log = structlog.get_logger(__name__)

_LOGGERS = ("pyhanko", "pyhanko_certvalidator")
_LONGEST = 200


class _OneLine(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        first, *_ = record.getMessage().splitlines() or [""]
        log.warning("pyhanko_says", text=first[:_LONGEST], logger=record.name)


def quieten() -> None:
    """Let errors alone through, a line each."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [_OneLine(logging.ERROR)]
        logger.setLevel(logging.ERROR)
        logger.propagate = False
