"""A file's parts, and what the checks say of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from labeling.quality.check import Report
from labeling.quality.findings import Finding
from labeling.quality.looking import look
from smgt.checks.sources import Part, Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """A file, and the report on each of its parts, in their order."""

    source: Source
    reports: Sequence[Report]

    @property
    def parts(self) -> list[tuple[Part, Report]]:
        return list(zip(self.source.parts, self.reports, strict=True))

    @property
    def findings(self) -> list[tuple[Part, Finding]]:
        """Of all parts, worst first."""
        found = [(part, finding) for part, report in self.parts for finding in report.findings]
        found.sort(key=lambda pair: -pair[1].severity)
        return found

    @property
    def kinds(self) -> Counter[str]:
        """How many findings there are of each kind, the most frequent kind first."""
        counts = Counter(finding.kind.value for _, finding in self.findings)
        return Counter(dict(counts.most_common()))


def check(source: Source) -> Checked:
    """Run the checks that there are for what the file holds."""
    return Checked(source=source, reports=[look(part.columns) for part in source.parts])


def severity(finding: Finding) -> float:
    """As it is written everywhere, and compared with limits: to two digits."""
    return round(finding.severity, 2)
