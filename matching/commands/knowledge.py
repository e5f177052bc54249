"""What `learn` writes and the other commands read: memories by ledger, and one calibration."""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from matching.engine import Calibration, Memory, Model
from matching.files import FileRefused, write_whole
from matching.memory import Lesson

FORM: Final = 2


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Learned from reviews; in the beginning there is none."""

    memories: Mapping[str, Memory] = field(default_factory=dict)  # by ledger
    calibration: Calibration | None = None

    def memory_of(self, ledger: str) -> Memory:
        """What is known of the ledger's payers; ledgers never learn from each other."""
        return self.memories.get(ledger, Memory())

    def applied_to(self, model: Model) -> Model:
        """The model with the calibration of this seller, where there is one."""
        if self.calibration is None:
            return model
        return dataclasses.replace(model, calibration=self.calibration)


def write_knowledge(file: Path, knowledge: Knowledge) -> None:
    """Write it as JSON, the same knowledge as the same bytes."""
    written = {
        "form": FORM,
        "memories": {
            ledger: [_lesson_out(lesson) for _, lesson in sorted(memory.lessons.items())]
            for ledger, memory in sorted(knowledge.memories.items())
        },
        "calibration": _calibration_out(knowledge.calibration),
    }
    write_whole(file, (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode())


def read_knowledge(file: Path | None) -> Knowledge:
    """What `learn` wrote; nothing is known without a file. Raises FileRefused."""
    if file is None:
        return Knowledge()
    written = _json(file)
    try:
        if written["form"] != FORM:
            raise FileRefused([f"{file}: is of form {written['form']}, known is {FORM}."])
        return Knowledge(
            memories={name: _memory_in(rows) for name, rows in written["memories"].items()},
            calibration=_calibration_in(written["calibration"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileRefused([f"{file}: is no memory that `learn` wrote ({error!r})."]) from error


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileRefused([f"{file}: cannot be read ({error.strerror})."]) from error
    except json.JSONDecodeError as error:
        where = f"{file}, line {error.lineno}, column {error.colno}"
        raise FileRefused([f"{where}: is no JSON ({error.msg})."]) from error
    except UnicodeDecodeError as error:
        raise FileRefused([f"{file}: is not UTF-8."]) from error


def _lesson_out(lesson: Lesson) -> dict[str, Any]:
    return {**dataclasses.asdict(lesson), "on": lesson.on.isoformat()}


def _memory_in(rows: list[dict[str, Any]]) -> Memory:
    """What memories keep besides the lessons is derived from them anew."""
    lessons = [_lesson_in(row) for row in rows]
    return Memory({lesson.payment_id: lesson for lesson in lessons}).without(())


def _lesson_in(row: dict[str, Any]) -> Lesson:
    changed = {"on": dt.date.fromisoformat(row["on"]), "keys": tuple(row["keys"])}
    return Lesson(**{**row, **changed})


def _calibration_out(calibration: Calibration | None) -> dict[str, Any] | None:
    return None if calibration is None else dataclasses.asdict(calibration)


def _calibration_in(written: dict[str, Any] | None) -> Calibration | None:
    if written is None:
        return None
    lists = {name: tuple(value) for name, value in written.items() if isinstance(value, list)}
    return Calibration(**{**written, **lists})
