"""The plan: what the client makes of the API's report, and how the command shows it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

import smgt
from smgt import Amount, Mistake, Plan, Span
from smgt._plan_report import Report, duration, money
from smgt.cli import main
from tests.client.fake_api import URL, FakeApi, plan, refusal

Run = Callable[..., tuple[int, str, str]]

NO_MANIFEST = {
    "loc": "labelingJobs[0].inputConfig.inputManifestS3Uri",
    "type": "no_object",
    "message": "There is no s3://in/a.manifest. Upload it, or name one that is there.",
}
SLOW = {"loc": "", "type": "quota", "message": "One job runs at a time."}


@pytest.fixture
def run(
    api: FakeApi,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Run:
    """Plan the request of batch.json with some options; returns exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMGT_API_URL", URL)
    monkeypatch.setenv("COLUMNS", "80")
    Path("batch.json").write_text('{"batchId": "clip-1"}')

    def run(*options: str) -> tuple[int, str, str]:
        code = main(["batch", "plan", "batch.json", *options], transport=api)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_plan_says_what_each_job_takes_and_starts_nothing(
    client: smgt.Client, api: FakeApi
) -> None:
    api.plans["clip-1"] = plan(warnings=[SLOW])

    found = client.plan({"batchId": "clip-1"})

    first, second = found.levels
    assert (found.batch_id, found.valid, found.complete) == ("clip-1", True, True)
    assert found.warnings == (Mistake("", "One job runs at a time.", "quota"),)
    assert first.jobs["cars"] == first.total == Amount(
        objects=1,
        billed=1038,
        cost=Span(low=12.5, high=90.25),
        hours=Span(low=0.5, high=30.0),
    )  # fmt: skip
    assert (second.number, second.jobs) == (2, {"cars-audit": Amount()})
    assert found.total.cost == Span(low=12.5, high=1234.5)
    assert found.assumptions == ("prices of us-east-1",)
    assert api.created == []


def test_a_plan_without_an_estimate_and_with_numbers_in_quotes_is_read() -> None:
    bare = Plan.from_json({"batchId": "a", "errors": [NO_MANIFEST], "estimate": None})
    quoted = Amount.from_json({"objects": "3", "costUsd": {"high": "1.5"}, "hours": {}})

    assert (bare.valid, bare.levels, bare.total) == (False, (), Amount())
    assert quoted == Amount(objects=3, cost=Span(low=1.5, high=1.5))


def test_the_command_shows_a_line_for_each_job_and_how_to_go_on(run: Run, api: FakeApi) -> None:
    api.plans["clip-1"] = plan()

    code, out, _ = run()

    assert code == 0
    assert [" ".join(line.split()) for line in out.splitlines() if line] == [
        "clip-1 it can be created",
        "objects billed cost, US$ time",
        "level 1 1 1,038 12.50 – 90.25 0.5 – 30 h",
        "cars 1 1,038 12.50 – 90.25 0.5 – 30 h",
        "level 2 ? ? ? ?",
        "cars-audit ? ? ? ?",
        "in all 1 1,038 12 – 1,234 0.5 – 30 h",
        "This assumes:",
        "- prices of us-east-1",
        "Start it with `smgt batch create batch.json`.",
    ]


def test_errors_and_warnings_stand_with_where_they_are_and_end_with_1(
    run: Run, api: FakeApi
) -> None:
    api.plans["clip-1"] = plan(errors=[NO_MANIFEST], warnings=[SLOW, SLOW])

    code, out, _ = run()

    assert code == 1
    assert out.startswith(
        "clip-1  1 error, 2 warnings: it would be refused\n"
        "\n"
        "✗ labelingJobs[0].inputConfig.inputManifestS3Uri\n"
        "  There is no s3://in/a.manifest. Upload it, or name one that is there.\n"
        "\n"
        "! the request\n"
        "  One job runs at a time.\n"
    )
    assert "smgt batch create" not in out


def test_a_plan_that_could_not_check_everything_says_so(run: Run, api: FakeApi) -> None:
    api.plans["clip-1"] = plan(complete=False)

    assert "no errors; not everything could be checked" in run()[1]


def test_the_answer_itself_is_printed_as_json(run: Run, api: FakeApi) -> None:
    api.plans["clip-1"] = plan(errors=[NO_MANIFEST])

    code, out, _ = run("--json")

    assert (code, json.loads(out)) == (1, api.plans["clip-1"])


def test_the_way_to_go_on_leads_to_the_same_api(run: Run, api: FakeApi) -> None:
    api.plans["clip-1"] = plan()

    out = run("--endpoint-url", URL, "--region", "us-east-1")[1]

    asked = f"smgt batch create batch.json --endpoint-url {URL} --region us-east-1"
    assert asked in " ".join(out.split())


def test_what_is_no_request_at_all_is_refused_as_ever(run: Run, api: FakeApi) -> None:
    api.trouble.append(refusal(413, "The request is too long"))

    code, out, err = run()

    assert (code, out) == (3, "")
    assert "too long" in err


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2, 0.75, "12 – 45 min"),
        (0.5, 1.0, "0.5 – 1 h"),
        (3.0, 3.0, "3 h"),
        (2.0, 240.0, "0.1 – 10 d"),
        (0.0, 0.0, "0 min"),
    ],
)
def test_times_are_said_in_the_unit_of_the_longer_one(low: float, high: float, said: str) -> None:
    assert duration(Span(low=low, high=high)) == said


def test_cents_are_left_out_of_large_costs() -> None:
    assert money(Span(low=0.456, high=3.04)) == "0.46 – 3.04"
    assert money(Span(low=99.5, high=12345.6)) == "100 – 12,346"
    assert money(None) == "?"


def test_a_refused_plan_says_that_files_were_not_looked_at() -> None:
    errors = [{"loc": "batchId", "type": "missing", "message": "give an id"}]
    console = Console(file=io.StringIO(), width=100)

    console.print(Report(Plan.from_json(plan(errors=errors, complete=False))), crop=False)

    assert isinstance(console.file, io.StringIO)
    assert "Files of some jobs were not looked at; mend these first" in console.file.getvalue()
