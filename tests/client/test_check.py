"""`smgt check`: what it prints, writes and answers with."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from smgt.cli import main
from tests.client.label_files import (
    FRAMES,
    RECORDED,
    ROOT,
    VEHICLES,
    box_line,
    coco,
    mot,
    seq_label,
    write,
)

Run = Callable[..., tuple[int, str, str]]
VOID = {"meta", "input"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `smgt check` in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["check", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write(tmp_path / "SeqLabel.json", seq_label())


class Page(HTMLParser):
    """What is in a page, provided that all its elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def said(self, tag: str) -> list[str]:
        return [text for inside, text in self.texts if inside == tag]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_summary_counts_kinds_and_says_the_worst(run, clip):
    code, out, err = run(clip)

    assert (code, err) == (0, "")
    assert "SeqLabel.json, 119 labels in 40 frames: 2 findings" in out
    assert "gap 1" in out
    assert "position-jump 1" in out
    assert "Car:1 is missing in frame 10" in out


def test_only_ten_of_many_findings_are_printed(run, tmp_path):
    lines = [box_line(f"s3://b/{number}.jpg", (5, 5, 2, 2)) for number in range(15)]

    _, out, _ = run(write(tmp_path / "output.manifest", lines))

    assert "The worst findings, of 15:" in out
    assert out.count("  tiny-box\n") == 10


def test_the_document_has_every_finding_and_a_score_for_each_frame(run, clip, tmp_path):
    run(clip, write(tmp_path / "gt.txt", mot()), "--json", "out/found.json")

    found = json.loads((tmp_path / "out/found.json").read_text())
    assert found.keys() == {"files", "findings", "frames"}
    assert [entry["format"] for entry in found["files"]] == ["SeqLabel.json", "MOT"]
    assert found["files"][0]["parts"] == [
        {"part": "", "frames": FRAMES, "labels": 119, "findings": 2}
    ]
    gap = next(entry for entry in found["findings"] if entry["kind"] == "gap")
    assert gap == {
        "file": str(clip),
        "part": "",
        "kind": "gap",
        "objects": ["Car:1"],
        "firstFrame": 10,
        "lastFrame": 10,
        "severity": gap["severity"],
        "message": gap["message"],
        "firstFrameName": "000010.jpg",
        "lastFrameName": "000010.jpg",
    }
    assert 0.5 <= gap["severity"] <= 1
    assert len(found["frames"]) == 2 * FRAMES
    assert [entry["frame"] for entry in found["frames"]] == [*range(FRAMES), *range(FRAMES)]
    scores = {entry["frame"]: entry["suspicion"] for entry in found["frames"][:FRAMES]}
    assert scores[0] == 0
    assert {10, 25} <= {frame for frame, score in scores.items() if score > 0.5}


def test_nothing_found_is_nothing_written(run, tmp_path):
    document = seq_label()
    for entry in document["tracking-annotations"]:
        entry["annotations"] = entry["annotations"][:1]

    code, out, _ = run(write(tmp_path / "SeqLabel.json", document), "--json", "found.json")

    assert code == 0
    assert "no findings" in out
    assert json.loads((tmp_path / "found.json").read_text())["findings"] == []


def test_a_limit_makes_severe_findings_fail(run, clip):
    assert run(clip, "--fail-above", "0.5")[0] == 1
    assert run(clip, "--fail-above", "1")[0] == 0


def test_what_cannot_be_read_is_said_and_the_others_are_checked(run, clip, tmp_path):
    broken = write(tmp_path / "broken.json", '{"tracking-annotations": [')

    code, out, err = run(broken, tmp_path / "nothing.json", clip, "--fail-above", "0")

    assert code == 2
    assert "2 findings" in out
    assert [line.split(": ")[1] for line in err.splitlines()] == [
        str(broken),
        str(tmp_path / "nothing.json"),
    ]


def test_a_size_of_the_pictures_shows_what_lies_outside(run, tmp_path):
    line = {**seq_label()["tracking-annotations"][0], "annotations": []}
    box = {"class-id": "0", "left": 600, "top": 10, "width": 100, "height": 50}
    document = {"detection-annotations": [{**line, "annotations": [box]}]}
    file = write(tmp_path / "SeqLabel.json", document)

    assert "no findings" in run(file)[1]
    assert "out-of-frame 1" in run(file, "--width", 640, "--height", 480)[1]
    assert run(file, "--width", 640)[0] == 2


def test_the_page_has_every_finding(run, tmp_path):
    files = [
        VEHICLES,
        RECORDED / "amazon-sagemaker-examples/object-detection/sample_output.manifest",
        RECORDED / "comprehend-examples/output.manifest",
        write(tmp_path / "coco.json", coco()),
    ]
    run(*files, "--json", "found.json", "--html", "page.html")

    found = json.loads((tmp_path / "found.json").read_text())["findings"]
    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert len(found) > 8
    cells = page.said("td")
    assert all(entry["message"] in cells for entry in found)
    assert {row["data-kind"] for row in page.all("tr") if "data-kind" in row} == {
        entry["kind"] for entry in found
    }
    assert {box["value"] for box in page.all("input")} == {entry["kind"] for entry in found}


def test_the_page_draws_each_track_and_marks_what_was_found(run, clip, tmp_path):
    run(clip, "--html", "page.html")

    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    titles = page.said("title")
    assert {"Car:0: frames 0 to 39", "Car:1: frames 0 to 9", "Car:1: frames 11 to 39"} <= {*titles}
    assert any(title.startswith("gap, 0.") and "Car:1" in title for title in titles)
    assert "frame 25, 000025.jpg: 3 labels" in titles
    assert len(page.all("polygon")) >= 6


def test_the_page_loads_nothing_from_elsewhere(run, clip, tmp_path):
    run(clip, "--html", "page.html")

    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "http" not in text
    assert not [entry for _, entry in Page(text).elements if {"src", "href"} & entry.keys()]


def test_labels_cannot_write_into_the_page_or_the_terminal(run, tmp_path):
    evil = "<script>alert(1)</script>\"'&\x1b[31m"
    document = seq_label()
    for entry in document["tracking-annotations"]:
        entry["frame"] = f"{evil}{entry['frame']}"
        for box in entry["annotations"]:
            box["object-name"] = f"{evil}:{box['object-id']}"

    code, out, _ = run(write(tmp_path / "SeqLabel.json", document), "--html", "page.html")

    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert code == 0
    assert "\x1b" not in out
    assert "\x1b" not in text
    assert len(Page(text).all("script")) == 1
    assert any("<script>alert(1)</script>\"'&" in said for said in Page(text).said("td"))


def test_pictures_of_the_worst_frames_are_put_into_the_page(run, clip, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    for number in range(FRAMES):
        Image.new("RGB", (1280, 720), "#405060").save(frames / f"{number:06}.jpg")

    run(clip, "--frames", frames, "--html", "page.html")

    pictures = Page((tmp_path / "page.html").read_text(encoding="utf-8")).all("image")
    assert len(pictures) == 2
    assert all((entry["href"] or "").startswith("data:image/jpeg;base64,") for entry in pictures)
    assert {(entry["width"], entry["height"]) for entry in pictures} == {("1280", "720")}


def test_a_folder_of_frames_that_is_none_is_refused(run, clip):
    code, _, err = run(clip, "--frames", "nowhere")

    assert code == 2
    assert "nowhere is no folder" in err


def test_very_many_tracks_are_cut_down_to_those_with_findings(run, tmp_path):
    rows: list[Any] = [
        f"{frame},{track},{8 * track},{3 * track},5,5"
        for track in range(150)
        for frame in range(1, 9)
        if (track, frame) != (149, 4)
    ]
    run(write(tmp_path / "gt.txt", "\n".join(rows)), "--html", "page.html")

    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "149: frames 0 to 2" in page.said("title")
    assert "30 objects not drawn, to keep this short." in page.said("p")


def test_the_commands_of_the_guide_work(run, tmp_path):
    guide = (ROOT / "docs/quality.md").read_text()
    commands = [line for line in guide.splitlines() if line.startswith("smgt check ")]
    write(tmp_path / "SeqLabel.json", seq_label())
    write(tmp_path / "output.manifest", [box_line("s3://b/1.jpg", (5, 5, 50, 50))])
    write(tmp_path / "gt.txt", mot())
    write(tmp_path / "coco.json", coco())
    (tmp_path / "frames").mkdir()

    codes = {line: run(*shlex.split(line)[2:])[0] for line in commands}

    assert len(codes) == 3
    assert [code for line, code in codes.items() if "--fail-above" not in line] == [0, 0]
    assert (tmp_path / "findings.json").exists()
    assert (tmp_path / "findings.html").exists()
