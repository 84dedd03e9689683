"""Track records: JSON lines, in the form that "agon track" reads (docs/agents.md)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import IO

from agon.errors import ConfigError


@dataclass
class Line:
    """One line. Prices and probabilities are of YES; money is in whole coins.

    ``what`` is forecast, decision, refused, filled or settled; the other fields depend
    on it, and those that are None or empty are left out of the file.
    """

    what: str
    player: str
    question: int
    book: int = 0
    time: str = ""
    block: int | None = None
    text: str = ""
    reason: str = ""
    words: str = ""
    p: float | None = None
    confidence: float | None = None
    price: float | None = None
    belief: float | None = None
    action: str = ""
    amount: float | None = None
    limit: float | None = None
    expected: float | None = None
    order: int | None = None
    shares: float | None = None
    coins: float | None = None
    verdict: str = ""
    outcome: float | None = None
    brier: float | None = None
    profit: float | None = None

    def json(self) -> str:
        """The line without its newline."""
        kept = {k: v for k, v in asdict(self).items() if v is not None and v != ""}
        return json.dumps(kept, ensure_ascii=False, allow_nan=False)


class Record:
    """A file that lines are appended to, each on its way to disk before the next."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        _cut_torn_end(path)
        self._file: IO[str] = open(path, "a", encoding="utf-8")  # noqa: SIM115

    def write(self, line: Line) -> None:
        """Appends a line, with the present time unless it has one."""
        if not line.time:
            line.time = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._file.write(line.json() + "\n")
        self._file.flush()

    def close(self) -> None:
        """Ends the record."""
        self._file.close()

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _cut_torn_end(path: str | os.PathLike[str]) -> None:
    """Removes what a crash left of a last line, so that the next begins a line."""
    if not os.path.exists(path):
        return
    with open(path, "rb+") as file:
        content = file.read()
        file.truncate(content.rfind(b"\n") + 1)


def read_record(path: str | os.PathLike[str]) -> Iterator[Line]:
    """Reads a record. Fields this version does not know are left alone; a last line
    that a crash tore is dropped."""
    known = set(Line.__dataclass_fields__)
    with open(path, encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                fields = json.loads(text)
                yield Line(**{k: v for k, v in fields.items() if k in known})
            except (ValueError, TypeError, AttributeError) as error:
                if not text.endswith("\n"):
                    return
                raise ConfigError(f"{path}, line {number}: not a line of a record") from error
