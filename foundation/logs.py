"""One line an event: JSON for machines, readable in the demo; with the request id, without secrets.

Everything passes here, our own events and those of libraries, and is redacted on the way.
"""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TextIO

import structlog

from foundation.redaction import redacted_mapping

NO_REQUEST: Final = "-"

_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_QUIET: Final = ("urllib3", "stripe", "kombu", "amqp")  # say at INFO what we say ourselves

Event = MutableMapping[str, Any]


def request_id() -> str:
    """The id of the request or job this code runs for; it also stands in every row it writes."""
    return _request_id.get()


@contextmanager
def during(identity: str) -> Iterator[None]:
    """Everything said inside the block carries this request id."""
    token = _request_id.set(identity)
    try:
        yield
    finally:
        _request_id.reset(token)


def begin(identity: str) -> None:
    """Carry this request id from here on in this context; a face calls it for each request."""
    _request_id.set(identity)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger: `logger(__name__).info("payment.synced", payment_id=...)`."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def configure(*, readable: bool, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all logging of this process to the stream, one line an event."""
    renderer: structlog.typing.Processor = (
        _line if readable else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_facts(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(True)  # noqa: FBT003 - the standard library's own signature
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    _speak_by(structlog.stdlib.ProcessorFormatter.wrap_for_formatter)


def unconfigured() -> None:
    """What holds before `configure`: the standard library says where to; all is redacted."""
    _speak_by(structlog.processors.format_exc_info, _redact, structlog.processors.JSONRenderer())


def _speak_by(*last: structlog.typing.Processor) -> None:
    structlog.configure(
        processors=[*_facts(), *last],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _facts() -> list[structlog.typing.Processor]:
    """What every line says besides its event."""
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        _with_request_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _with_request_id(_logger: object, _method: str, event: Event) -> Event:
    event.setdefault("request_id", request_id())
    return event


def _redact(_logger: object, _method: str, event: Event) -> Event:
    return redacted_mapping(event)  # type: ignore[arg-type] # keys are text already


def _line(_logger: object, _method: str, event: Event) -> str:
    """For a person: time, level, event, facts. Nothing in a value can begin a line of its own."""
    said = {
        _one_line(key): _one_line(str(value)) for key, value in event.items() if key != "exception"
    }
    head = " ".join(said.pop(key, "-") for key in ("timestamp", "level", "logger", "event"))
    facts = "".join(f" {key}={value}" for key, value in said.items())
    trace = str(event.get("exception", "")).splitlines()
    return "\n".join([head + facts, *(f"    | {_one_line(line)}" for line in trace)])


def _one_line(text: str) -> str:
    return text.translate(_CONTROL)


unconfigured()
