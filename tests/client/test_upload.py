"""`smgt upload`: any file to the input bucket, and its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from smgt.cli import main
from tests.client.fake_api import FakeApi

pytestmark = pytest.mark.usefixtures("account")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    api: FakeApi,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Run:
    """Run `smgt upload` in a folder with some files; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    for name in ("task.html", "labels.json", "other/task.html"):
        (tmp_path / name).write_text(name)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["upload", *arguments], transport=api)
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("to", "below"),
    [
        ([], "s3://the-input"),
        (["--to", "/templates/v2/"], "s3://the-input/templates/v2"),
        (["--to", "s3://processing/x"], "s3://processing/x"),
    ],
    ids=["bucket", "folder", "address"],
)
def test_files_are_uploaded_and_their_addresses_printed(
    run: Run, to: list[str], below: str
) -> None:
    assert run("labels.json", "task.html", *to) == (
        0,
        f"{below}/labels.json\n{below}/task.html\n",
        "",
    )
    bucket, _, folder = below.removeprefix("s3://").partition("/")
    key = f"{folder}/task.html".removeprefix("/")
    stored = boto3.client("s3").get_object(Bucket=bucket, Key=key)
    assert stored["Body"].read() == b"task.html"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["task.html", "gone.html"], "gone.html is not there"),
        (["task.html", "other"], "other is a folder"),
        (["task.html", "other/task.html"], "task.html and other/task.html have the same name"),
    ],
)
def test_nothing_is_uploaded_when_one_file_cannot_be(run: Run, files: list[str], said: str) -> None:
    code, out, err = run(*files)

    assert (code, out) == (2, "")
    assert said in err
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="the-input")
