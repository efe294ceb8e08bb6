"""What the README and the guides tell people to type is real."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

import smgt
from emulator.clock import VirtualClock
from emulator.cloud import LocalCloud
from examples.driving.answers import script
from examples.driving.batch import request, upload
from examples.driving.labels import FRAMES
from labeling.requests import create_request
from smgt.cli import main
from stacks.synthesized import assembly
from tests.client.films import film
from tests.unit.request_bodies import SETTINGS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
OPERATIONS = (ROOT / "docs/operations.md").read_text()
INPUTS = (ROOT / "docs/inputs.md").read_text()
GUIDES = ["README.md", "CONTRIBUTING.md", "docs/api.md", "docs/inputs.md", "docs/operations.md"]
BATCH_ID = "clip-0001"

Smgt = Callable[[str], int]


def blocks(text: str, language: str) -> list[str]:
    """What stands between fences of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def inline(text: str) -> list[str]:
    """What stands between single backticks."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`]+)`", prose)


def shell(text: str) -> list[str]:
    """The command lines, without comments."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    return [line.split(" #")[0].strip() for line in lines if line.strip()]


def smgt_lines(lines: list[str]) -> list[str]:
    """Those that call our command, without where it lies."""
    found = [line.removeprefix(".venv/bin/") for line in lines]
    return [line for line in found if line.startswith("smgt ")]


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(clock=VirtualClock(), script=script()) as cloud:
        cloud.deploy_app(assembly())
        yield cloud


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the guides prepare inputs from: a folder with two frames, one with two pictures, texts,
    a template, and two films."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "frames").mkdir()
    (folder / "photos").mkdir()
    for frame in ("000001.jpg", "000002.jpg"):
        copy(FRAMES / frame, folder / "frames")
        copy(FRAMES / frame, folder / "photos" / frame.removeprefix("00"))
    (folder / "reviews.txt").write_text("Quiet, and quick to brake.\n\nThe doors freeze shut.\n")
    (folder / "task.html").write_text("<crowd-form></crowd-form>")
    copy(film(folder / "clip.mp4", frames=10, rate=10), folder / "clip-0002.mp4")
    return folder


@pytest.fixture
def pass_time(cloud: LocalCloud) -> Callable[[float], None]:
    """Instead of sleeping."""

    def pass_time(seconds: float) -> None:
        cloud.settle()
        cloud.clock.advance(timedelta(seconds=seconds))

    return pass_time


@pytest.fixture
def body(
    cloud: LocalCloud, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """A terminal in a folder with these files, the local cloud in its environment, inputs
    uploaded; returns the request of the driving clip, which is also in batch.json."""
    cloud.reset()
    monkeypatch.chdir(tmp_path)
    # All that `smgt local up` says to export, but AWS_ENDPOINT_URL: the cloud runs in this very
    # process, whose own clients must not take it.
    exported = cloud.endpoints.environment() | {"SMGT_API_URL": cloud.endpoints.api_url}
    del exported["AWS_ENDPOINT_URL"]
    for name, value in exported.items():
        monkeypatch.setenv(name, value)
    cloud.endpoints.write(tmp_path / "out/local/endpoints.json")
    monkeypatch.setattr("smgt._dead_letters.WAIT", 0)
    with smgt.Client() as client:
        body = request(BATCH_ID, upload(client))
    (tmp_path / "batch.json").write_text(json.dumps(body))
    for path in files.iterdir():
        (tmp_path / path.name).symlink_to(path)
    return body


@pytest.fixture
def run(pass_time: Callable[[float], None]) -> Smgt:
    def run(line: str) -> int:
        _, *arguments = shlex.split(line)
        return main(arguments, sleep=pass_time)

    return run


@pytest.mark.parametrize("guide", GUIDES)
def test_every_make_target_that_is_named_exists(guide: str) -> None:
    text = (ROOT / guide).read_text()
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

    named = re.findall(r"\bmake ([a-z]+)", "\n".join([*shell(text), *inline(text)]))

    assert set(named) <= targets


def test_the_readme_names_the_words_that_people_need() -> None:
    named = re.findall(r"\bmake ([a-z]+)", "\n".join(shell(README)))

    assert {"demo", "test", "bootstrap", "deploy", "destroy"} <= set(named)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_a_guide_leads_to_exists(guide: str) -> None:
    targets = re.findall(r"\]\((?!http)([^)#]+)", (ROOT / guide).read_text())

    assert [t for t in targets if not ((ROOT / guide).parent / t).exists()] == []


@pytest.mark.usefixtures("body")
def test_the_commands_of_the_readme_take_a_batch_home(run: Smgt, tmp_path: Path) -> None:
    lines = smgt_lines(shell(README))
    up, *others = lines

    assert up == "smgt local up"
    assert run(f"{up} --help") == 0
    assert [(line, run(line)) for line in others] == [(line, 0) for line in others]
    assert len(others) >= 4
    assert len(list((tmp_path / "out").glob("*/output.manifest"))) == 4


@pytest.mark.usefixtures("body")
@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_a_running_batch_is_stopped_and_retried_as_the_guides_say(run: Smgt, text: str) -> None:
    assert run("smgt batch create batch.json") == 0
    fenced = [] if text is README else shell(text)
    lines = smgt_lines([*fenced, *inline(text)])

    assert [(line, run(line)) for line in lines] == [(line, 0) for line in lines]
    assert {line.split()[2] for line in lines} >= {"stop", "retry"}


def test_the_snippet_of_the_readme_creates_watches_and_downloads(
    body: dict[str, Any],
    pass_time: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [snippet] = blocks(README, "python")
    # a stack says where its API would be on AWS
    monkeypatch.setattr(smgt.Client, "from_stack", lambda _: smgt.Client.local(sleep=pass_time))

    exec(snippet, {"request": body})

    *_, last = capsys.readouterr().out.splitlines()
    assert last == f"COMPLETE {['COMPLETE'] * 4}"
    assert len(list((tmp_path / "out").glob("*/output.manifest"))) == 4


@pytest.mark.usefixtures("body")
def test_the_commands_of_the_guide_to_inputs_make_what_it_shows(
    run: Smgt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("smgt prepare", "smgt upload")
    lines = [line for line in smgt_lines(shell(INPUTS)) if line.startswith(words)]
    printed = {}
    for line in lines:
        assert (line, run(line)) == (line, 0)
        printed[line] = capsys.readouterr().out
    shown = [json.loads(block) for block in blocks(INPUTS, "json")]
    shown_lines = blocks(INPUTS, "jsonl")
    made = tmp_path / "out/prepared/clip-0001"
    photos = tmp_path / "out/prepared/photos/photos.manifest"
    reviews = tmp_path / "out/prepared/reviews/reviews.manifest"

    assert len(lines) == 8
    assert all(f"`{printed[lines[number]].strip()}`" in INPUTS for number in (0, 2, 3, 4))
    assert [photos.read_text(), reviews.read_text()] == shown_lines
    assert json.loads((made / "clip-0001.json").read_text()) == shown[0]
    assert json.loads((made / "clip-0001.manifest").read_text()) == shown[1]
    assert json.loads((tmp_path / "lanes.json").read_text()) == shown[2]
    assert [json.loads(printed[line]) for line in lines[6:]] == shown[3:5]


@pytest.mark.usefixtures("body")
def test_the_snippet_of_the_guide_to_inputs_makes_a_request_without_mistakes() -> None:
    [snippet] = blocks(INPUTS, "python")

    with smgt.Client() as client:
        made: dict[str, Any] = {"client": client, "smgt": smgt}
        exec(snippet, made)

    assert made["plan"].errors == ()
    assert made["plan"].total.billed == 5


def test_a_level_is_approved_as_the_guide_to_inputs_says(
    run: Smgt, cloud: LocalCloud, body: dict[str, Any]
) -> None:
    lines = smgt_lines(shell(INPUTS))
    after_planning = lines[lines.index("smgt batch plan batch.json") :]

    with smgt.Client() as client:
        client.create({**body, "approveBeforeLevels": [2]})
        cloud.settle()
        waiting = client.show(BATCH_ID).waits_for_approval
        told = [(line, run(line)) for line in after_planning[1:]]
        approved = client.show(BATCH_ID).waits_for_approval

    assert waiting is not None
    assert told == [(line, 0) for line in after_planning[1:]]
    assert approved is None


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
@pytest.mark.usefixtures("body")
def test_curl_signs_as_the_api_s_guide_says(cloud: LocalCloud, tmp_path: Path) -> None:
    [script] = blocks((ROOT / "docs/api.md").read_text(), "bash")

    answered = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )

    assert answered.returncode == 0, answered.stderr
    assert answered.stdout.startswith('{"COMPLETE":[]}{"batchId":"clip-0001","valid":true')
    assert answered.stdout.endswith(f"triggered with BatchId : {BATCH_ID}")


def test_the_package_says_the_same_as_the_readme() -> None:
    [snippet] = blocks(README, "python")

    assert snippet.strip() in (smgt.__doc__ or "")


@pytest.mark.parametrize("guide", ["README.md", "docs/api.md"])
def test_the_request_that_is_shown_is_accepted(guide: str) -> None:
    text = (ROOT / guide).read_text()
    shown = next(block for block in blocks(text, "json") if "labelingJobs" in block)

    accepted = create_request({"body": shown}, SETTINGS)

    assert [job.level for job in accepted.jobs] == [1, 2]
