"""The command: what it prints, where, and with which exit code."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from smgt.cli import main
from tests.client.fake_api import SIGNED_FILES, URL, FakeApi, batch, job, refusal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(api: FakeApi, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the fake API; returns exit code, output and errors."""
    monkeypatch.setenv("SMGT_API_URL", URL)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments, transport=api, sleep=lambda seconds: None)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_create_prints_the_id(run: Run, api: FakeApi, tmp_path: Path) -> None:
    path = tmp_path / "batch.json"
    path.write_text('{"batchId": "clip-1"}')

    assert run("batch", "create", str(path)) == (0, "clip-1\n", "")
    assert api.created == [{"batchId": "clip-1"}]


def test_create_reads_standard_input(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"batchId": "piped"}'))

    assert run("batch", "create", "-") == (0, "piped\n", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "is not JSON"), ("[]", "holds no JSON object"), (None, "No such file")],
)
def test_a_file_that_is_no_request_is_named(
    run: Run, tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "batch.json"
    if text is not None:
        path.write_text(text)

    code, out, err = run("batch", "create", str(path))

    assert (code, out) == (2, "")
    assert err.startswith(f"smgt: {path} ")
    assert said in err


def test_every_mistake_is_printed_on_a_line_of_its_own(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
    errors = [
        {"loc": "batchId", "message": "give the batch an id"},
        {"loc": "labelingJobs[0].jobName", "message": "use [A-Za-z0-9-] only"},
    ]
    api.trouble.append(refusal(400, "The request has 2 mistakes.", errors))

    assert run("batch", "create", "-") == (
        3,
        "",
        "smgt: The request has 2 mistakes.\n"
        "  - batchId: give the batch an id\n"
        "  - labelingJobs[0].jobName: use [A-Za-z0-9-] only\n",
    )


def test_show_prints_a_table_of_ids(run: Run, api: FakeApi) -> None:
    api.has(batch("clip-1", "COMPLETE"))
    api.has(batch("clip-2", "COMPLETE"))

    code, out, _ = run("batch", "show")

    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["status", "batches"],
        ["complete", "clip-1"],
        ["clip-2"],
    ]


def test_show_says_that_there_are_no_batches_yet(run: Run) -> None:
    assert "no batches yet" in run("batch", "show")[1]


def test_what_to_type_next_keeps_the_way_to_the_api(run: Run, api: FakeApi) -> None:
    waiting = batch(first=[job("cars", "COMPLETE")], second=[job("audit", "QUEUED")])
    waiting["secondLevel"]["approval"] = "REQUIRED"

    none = run("batch", "show", "--endpoint-url", URL)[1]
    api.has(waiting)
    one = run("batch", "show", "clip-1", "--region", "us-east-1")[1]

    assert f"smgt batch create FILE --endpoint-url {URL}" in " ".join(none.split())
    assert "smgt batch approve clip-1 --region us-east-1" in one


def test_show_prints_one_status_as_json(run: Run, api: FakeApi) -> None:
    api.has(batch("clip-1", "STOPPED"))

    code, out, _ = run("batch", "show", "--status", "STOPPED", "--json")

    assert (code, json.loads(out)) == (0, {"STOPPED": ["clip-1"]})


def test_show_prints_one_batch_with_levels_jobs_objects_and_reasons(run: Run, api: FakeApi) -> None:
    api.has(
        batch(
            first=[
                job("cars", "COMPLETE", objectsLabeled="3", objectsTotal="4", failedObjects="1"),
                job("lanes", "FAILED", statusReason="no object was labeled"),
                job("signs", "QUEUED"),
            ],
            message="[on its way]",
        )
    )

    out = run("batch", "show", "clip-1")[1]

    assert "clip-1  in progress  [on its way]" in out
    assert re.search(r"first level +in progress .* 1/3 jobs", out)
    assert re.search(r"cars +complete .* 3/4 objects, 1 failed", out)
    assert re.search(r"lanes +failed +no object was labeled", out)
    assert "third" not in out


def test_show_prints_the_answer_itself_as_json(run: Run, api: FakeApi) -> None:
    api.has(batch(first=[job("cars")]))

    assert json.loads(run("batch", "show", "clip-1", "--json")[1])["thirdLevel"] == {
        "status": "COMPLETE",
        "numChildBatches": "0",
        "numChildBatchesComplete": "0",
        "jobLevels": [],
    }


def test_an_unknown_batch_is_a_sentence_and_no_traceback(run: Run) -> None:
    assert run("batch", "show", "nobody") == (3, "", "smgt: There is no batch nobody.\n")


def test_watch_prints_a_line_for_each_change_and_a_summary(run: Run, api: FakeApi) -> None:
    api.has(
        batch(first=[job("cars")]),
        batch(first=[job("cars", objectsLabeled="1", objectsTotal="2")]),
        batch(status="COMPLETE", message="All done.", first=[job("cars", "COMPLETE")]),
    )

    code, out, _ = run("batch", "watch", "clip-1")

    assert code == 0
    assert [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in out.splitlines()] == [
        "first level · cars · WAIT_FOR_SMGT_RESPONSE",
        "first level · IN_PROGRESS · 0/1 jobs",
        "batch clip-1 · IN_PROGRESS",
        "first level · cars · WAIT_FOR_SMGT_RESPONSE · 1/2 objects",
        "first level · cars · COMPLETE",
        "first level · COMPLETE · 1/1 jobs",
        "batch clip-1 · COMPLETE · All done.",
        "clip-1 ended COMPLETE: 1 of 1 jobs complete. All done.",
    ]


def test_watch_says_how_to_approve_a_level_that_waits(run: Run, api: FakeApi) -> None:
    waiting = batch(first=[job("cars", "COMPLETE")], second=[job("audit", "QUEUED")])
    waiting["secondLevel"] |= {"approval": "REQUIRED", "statusReason": "looks odd"}
    api.has(waiting, waiting, batch(status="STOPPED"))

    shown = run("batch", "show", "clip-1")[1]
    out = run("batch", "watch", "clip-1")[1]

    assert "second level waits for approval: smgt batch approve clip-1" in " ".join(shown.split())
    assert "second level waits for approval: smgt batch approve clip-1\n" in out
    assert "second level · WAITS · 0/1 jobs · looks odd" in out


def test_watch_ends_with_1_and_the_reason_when_the_batch_failed(run: Run, api: FakeApi) -> None:
    failed = job("cars", "FAILED", statusReason="the manifest is gone")
    api.has(batch(status="INTERNAL_ERROR", first=[failed]))

    code, out, _ = run("batch", "watch", "clip-1")

    assert code == 1
    assert out.endswith(
        "clip-1 ended INTERNAL_ERROR: 0 of 1 jobs complete.\n  cars: the manifest is gone\n"
    )


def test_watch_draws_the_batch_on_a_terminal(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    jobs = [job(f"job-{n}", "COMPLETE") for n in range(40)]
    bad = job("bad", "FAILED", statusReason="why")
    api.has(batch(status="COMPLETE", first=[*jobs, bad, job("more", objectsTotal="2")]))

    out = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", run("batch", "watch", "clip-1")[1])

    assert "bad" in out
    assert "job-27" in out
    assert "job-29" not in out
    assert "… and 12 more" in out
    assert "0/2 objects" in out


def test_watch_says_nothing_twice_on_a_terminal(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    bad = job("bad", "FAILED", statusReason="the manifest is gone")
    results: dict[str, Any] = {"mergedAnnotations": "7", "exports": {"coco": {"leftOut": "2"}}}
    api.has(batch(status="COMPLETE", message="It is done.", first=[bad], **results))

    out = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", run("batch", "watch", "clip-1")[1])

    told = ("It is done.", "the manifest is gone", "merged: 7 annotations", "coco: 2 left out")
    last = out[out.rindex("clip-1  complete") :]
    assert [last.count(said) for said in told] == [1, 1, 1, 1]
    assert last.endswith("clip-1 ended COMPLETE: 0 of 1 jobs complete.\n")


def test_ctrl_c_stops_watching_and_leaves_the_batch_alone(run: Run, api: FakeApi) -> None:
    api.trouble.append(KeyboardInterrupt())

    code, _, err = run("batch", "watch", "clip-1")

    assert code == 130
    assert "clip-1 goes on" in err


def test_outputs_prints_the_paths_of_what_it_wrote(run: Run, api: FakeApi, tmp_path: Path) -> None:
    api.files[f"{SIGNED_FILES}/cars/output.manifest"] = b'{"cars-ref": 3}\n'
    api.has(batch(first=[job("cars", "COMPLETE")]))

    code, out, _ = run("batch", "outputs", "clip-1", "--to", str(tmp_path))

    assert (code, out) == (0, f"{tmp_path}/cars/output.manifest\n")


def test_outputs_says_that_nothing_is_complete_yet(run: Run, api: FakeApi, tmp_path: Path) -> None:
    api.has(batch(first=[job("cars")]))

    assert run("batch", "outputs", "clip-1", "--to", str(tmp_path)) == (
        0,
        "",
        "No job of clip-1 is complete yet: nothing was downloaded.\n",
    )


def test_approve_passes_the_rate_on(run: Run, api: FakeApi) -> None:
    assert run("batch", "approve", "clip-1", "--rate", "25")[0] == 0
    assert api.approvals == [{"batchId": "clip-1", "downSamplingRate": 25}]
    assert run("batch", "approve", "clip-1", "--rate", "0")[0] == 2


def test_stop_and_retry_say_what_becomes_of_the_batch(run: Run, api: FakeApi) -> None:
    stopped = run("batch", "stop", "clip-1")
    retried = run("batch", "retry", "clip-1")

    assert stopped == (0, "clip-1 is stopped; its labeling jobs stop now.\n", "")
    assert retried == (0, "clip-1 goes on with run 1.\n", "")
    assert api.stopped == api.retried == [{"batchId": "clip-1"}]


def test_a_batch_that_cannot_be_stopped_is_a_sentence(run: Run, api: FakeApi) -> None:
    api.trouble.append(refusal(409, "Batch clip-1 is COMPLETE: there is nothing to stop."))

    assert run("batch", "stop", "clip-1") == (
        3,
        "",
        "smgt: Batch clip-1 is COMPLETE: there is nothing to stop.\n",
    )


def test_the_api_can_be_named_before_or_after_the_command(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMGT_API_URL")

    assert run("--endpoint-url", URL, "batch", "show")[0] == 0
    assert run("batch", "show", "--endpoint-url", URL)[0] == 0


@pytest.mark.usefixtures("account")
def test_the_default_stack_is_asked_when_nothing_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMGT_API_URL")

    assert run("batch", "show")[0] == 0
    assert run("batch", "show", "--stack", "smgt-workflow", "--region", "us-east-1")[0] == 0
    assert run("batch", "show", "--stack", "other")[0] == 2


def test_only_one_way_to_the_api_can_be_given(run: Run) -> None:
    code, _, err = run("--local", "batch", "show", "--stack", "x")

    assert code == 2
    assert "not several" in err


def test_the_local_cloud_is_used_when_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, _, err = run("batch", "show", "--local")

    assert code == 2
    assert "smgt local up" in err


def test_no_answer_is_exit_code_4(run: Run, api: FakeApi) -> None:
    api.trouble.extend([httpx.ConnectError("refused")] * 4)

    assert run("batch", "show")[0] == 4


def test_a_wrong_command_line_is_exit_code_2(run: Run) -> None:
    assert run("batch", "shwo")[0] == 2


@pytest.mark.parametrize(
    "command", ["plan", "create", "show", "watch", "outputs", "approve", "stop", "retry"]
)
def test_every_command_explains_itself_and_how_to_reach_the_api(run: Run, command: str) -> None:
    code, out, _ = run("batch", command, "--help")

    assert code == 0
    assert "--endpoint-url" in out
    assert re.search(rf"batch {command} .*\n\s*\n \w", out)


def test_where_a_local_cloud_was_started_its_option_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert main(["batch", "show"]) == 2
    assert "--local" not in capsys.readouterr().err
    (tmp_path / "out/local").mkdir(parents=True)
    (tmp_path / "out/local/endpoints.json").write_text("{}")
    assert main(["batch", "show"]) == 2
    assert "say --local" in capsys.readouterr().err
