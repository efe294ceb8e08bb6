"""What all tests share: figures that they record are summed up when the session ends."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.figures import HELD, PROPERTY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    played: defaultdict[str, int] = defaultdict(int)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "call":
                continue
            for name, value in report.user_properties:
                if name == PROPERTY:
                    kind, *numbers = value
                    totals[kind] = [a + b for a, b in zip(totals[kind], numbers, strict=True)]
                elif name == HELD:
                    kind, number = value
                    played[kind] += number
    for kind, (points, survived, doubled) in totals.items():
        terminalreporter.write_line(
            f"{kind} survived: {survived}/{points}; messages published twice: {doubled}"
        )
    for kind, number in played.items():
        terminalreporter.write_line(f"{kind}: {number}, invariants held")
