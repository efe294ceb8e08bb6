"""What became of every kind of fault, as docs/plan.md shows it.

python -m tests.plan.table        # prints it
python -m tests.plan.table --write    # puts it and the example into docs/plan.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from tests.plan.faults import all_faults, subjects
from tests.plan.page import PAGE, example, with_parts
from tests.plan.scenes import FOLDER, Laboratory, laboratory
from tests.plan.seeding import Outcome, outcome

# What differs from one deployment to another, or is long and says nothing.
_SHORTER = (
    (re.compile(rf"s3://smgt-workflow-[0-9]+-[a-z0-9-]+-batch-input/{FOLDER}"), "s3://…"),
    (re.compile(r"smgt-workflow-[0-9]+-[a-z0-9-]+-batch-"), "…-batch-"),
    (re.compile(r"key/[0-9a-f-]{36}"), "key/…"),
    (re.compile(r"role/[A-Za-z0-9-]+"), "role/…"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC"), "…"),
    (re.compile(r"[a-z]{60}"), lambda found: f"{found[0][:3]}…"),
)


def all_outcomes(lab: Laboratory) -> list[Outcome]:
    return [outcome(fault, lab) for fault in all_faults()]


def table(outcomes: Iterable[Outcome]) -> str:
    """In Markdown, by subject."""
    by_fault = {one.fault.name: one for one in outcomes}
    caught = sum(one.is_caught for one in by_fault.values())
    jobs = sum(one.jobs for one in by_fault.values() if one.is_caught)
    lines = [
        f"{len(by_fault)} kinds of faults, {caught} refused ({caught / len(by_fault):.1%}); "
        f"CreateLabelingJob calls for those: {jobs}.",
    ]
    for subject in subjects():
        lines += ["", f"### {subject.title}", "", "| wrong | where | what the plan says |"]
        lines.append("| --- | --- | --- |")
        lines += [_row(by_fault[fault.name]) for fault in subject.faults]
    return "\n".join(lines) + "\n"


def _row(one: Outcome) -> str:
    if one.is_caught:
        where = f"`{one.mistake.where}`" if one.mistake.where else "the whole batch"
        said = shorter(one.mistake.message)
    else:
        where, said = "", f"**not seen**: {one.fault.why_unseen or 'nobody looks there'}"
    return " | ".join(["", *map(_cell, (one.fault.words, where, said)), ""]).strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def shorter(message: str) -> str:
    for pattern, put in _SHORTER:
        message = pattern.sub(put, message)
    return message


def missed(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """What was not refused, and what it cost."""
    for one in outcomes:
        if not one.is_caught:
            yield f"{one.fault.words}: {one.jobs} labeling jobs, {one.labeled} objects labeled"


def main() -> None:
    with laboratory() as lab:
        text = table(all_outcomes(lab))
        shown = example(lab)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(with_parts(example=shown, faults=text))
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
