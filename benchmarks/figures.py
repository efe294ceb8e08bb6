"""One measured figure beside the original's and the target, and how a list of them is shown."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`original` was measured on the implementation that this project follows, with the same
    simulated AWS on a machine with two cores. `reached` None is a figure without a target."""

    what: str
    original: str
    ours: str
    target: str = ""
    reached: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)


def show(figures: Iterable[Figure]) -> None:
    table = Table(title="Numbers", show_lines=True)
    for column in ("what", "original", "ours", "to reach", ""):
        table.add_column(column, overflow="fold")
    for figure in figures:
        said = {None: "", True: "[green]reached[/]", False: "[red]not reached[/]"}
        table.add_row(
            figure.what, figure.original, figure.ours, figure.target, said[figure.reached]
        )
    Console().print(table)


def write(figures: Sequence[Figure], path: Path, *, quick: bool) -> None:
    document = {
        "measuredAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "quick": quick,
        "figures": [asdict(figure) for figure in figures],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2) + "\n")
