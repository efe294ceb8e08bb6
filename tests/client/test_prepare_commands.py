"""`smgt prepare …`: what it writes, uploads and prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from smgt import prepare
from smgt.cli import main
from tests.client.fake_api import FakeApi
from tests.client.films import film

Run = Callable[..., tuple[int, str, str]]

PREFIX = "s3://the-input/clips/one"


@pytest.fixture
def run(
    api: FakeApi,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Run:
    """Run `smgt prepare` in an empty folder; returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["prepare", *arguments], transport=api)
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five frames in a folder whose name needs care."""
    folder = tmp_path / "my clip"
    folder.mkdir()
    for number in range(1, 6):
        (folder / f"{number:03d}.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    return folder


def uploaded() -> list[str]:
    """The keys in the input bucket."""
    answer = boto3.client("s3").list_objects_v2(Bucket="the-input")
    return [entry["Key"] for entry in answer.get("Contents", [])]


def test_frames_become_a_sequence_file_and_a_manifest_without_asking_anybody(
    run: Run, folder: Path
) -> None:
    code, out, err = run("frames", str(folder), "--bucket-prefix", PREFIX, "--every", "2")

    assert (code, out) == (0, f"{PREFIX}/my-clip.manifest\n")
    assert "3 frames, 001.jpg to 005.jpg: one video clip, which is in out/prepared/my-clip." in err
    assert "`smgt prepare images`" in err
    assert f"The frames belong to {PREFIX}/frames/, the two files to {PREFIX}/." in err
    made = Path("out/prepared/my-clip")
    written = json.loads((made / "my-clip.json").read_text())
    assert written["prefix"] == f"{PREFIX}/frames/"
    assert [frame["frame"] for frame in written["frames"]] == ["001.jpg", "003.jpg", "005.jpg"]
    line = json.loads((made / "my-clip.manifest").read_text())
    assert line == {"source-ref": f"{PREFIX}/my-clip.json"}


@pytest.mark.usefixtures("account")
def test_frames_are_uploaded_to_the_input_bucket_unless_said_otherwise(
    run: Run, folder: Path
) -> None:
    options = ("--upload", "--limit", "2", "--name", "one", "--out", "made")

    code, out, err = run("frames", str(folder), *options)

    assert (code, out) == (0, "s3://the-input/one/one.manifest\n")
    assert "All of it lies below s3://the-input/one/ now." in err
    assert uploaded() == [
        "one/frames/001.jpg",
        "one/frames/002.jpg",
        "one/one.json",
        "one/one.manifest",
    ]
    assert sorted(path.name for path in Path("made").iterdir()) == ["one.json", "one.manifest"]

    assert run("frames", str(folder), "--upload", "--bucket-prefix", PREFIX)[0] == 0
    assert "clips/one/my-clip.manifest" in uploaded()


@pytest.mark.usefixtures("account")
def test_the_place_in_the_input_bucket_is_written_down_without_an_upload(
    run: Run, folder: Path
) -> None:
    assert run("frames", str(folder))[1] == "s3://the-input/my-clip/my-clip.manifest\n"
    assert uploaded() == []


def test_one_frame_is_one(run: Run, folder: Path) -> None:
    _, _, err = run("frames", str(folder), "--bucket-prefix", PREFIX, "--limit", "1")

    assert "1 frame, 001.jpg: one video clip" in err


def test_frames_that_would_be_shown_out_of_order_are_refused(run: Run, tmp_path: Path) -> None:
    for name in ("frame1.jpg", "frame2.jpg", "frame10.jpg"):
        (tmp_path / name).touch()

    code, out, err = run("frames", ".", "--bucket-prefix", PREFIX)

    assert (code, out) == (2, "")
    assert "frame10.jpg sorts before frame2.jpg. Pad" in err
    assert not Path("out").exists()


def test_a_video_becomes_frames_and_a_clip(run: Run, tmp_path: Path) -> None:
    film(tmp_path / "drive.mp4", frames=10, rate=10)

    code, out, err = run("video", "drive.mp4", "--fps", "5", "--bucket-prefix", PREFIX)

    assert (code, out) == (0, f"{PREFIX}/drive.manifest\n")
    assert "5 frames, 000001.jpg to 000005.jpg: one video clip, which is in out/prep" in err
    made = Path("out/prepared/drive")
    written = json.loads((made / "drive.json").read_text())
    names = [frame.name for frame in prepare.frames(made / "frames")]
    assert [frame["frame"] for frame in written["frames"]] == names
    assert len(names) == 5

    again = run("video", "drive.mp4", "--fps", "5", "--bucket-prefix", PREFIX)
    assert again[0] == 2
    assert "out/prepared/drive/frames is not empty" in again[2]


@pytest.mark.usefixtures("account")
def test_the_frames_of_a_video_are_uploaded(run: Run, tmp_path: Path) -> None:
    film(tmp_path / "drive.mp4", frames=2, rate=10)

    assert run("video", "drive.mp4", "--fps", "10", "--upload")[0] == 0
    assert uploaded() == [
        "drive/drive.json",
        "drive/drive.manifest",
        "drive/frames/000001.jpg",
        "drive/frames/000002.jpg",
    ]


def test_pictures_become_a_manifest_without_asking_anybody(run: Run, folder: Path) -> None:
    for number, picture in enumerate(folder.iterdir()):
        picture.write_bytes(b"\xff\xd8\xff" + bytes([number]))

    code, out, err = run("images", str(folder), "--bucket-prefix", PREFIX)

    assert (code, out) == (0, f"{PREFIX}/my-clip.manifest\n")
    assert "5 pictures, each labeled by itself; the manifest is in out/prepared/my-clip." in err
    assert f"The pictures belong to {PREFIX}/images/, the manifest to {PREFIX}/." in err
    lines = Path("out/prepared/my-clip/my-clip.manifest").read_text().splitlines()
    named = [f"{PREFIX}/images/{number:03d}.jpg" for number in range(1, 6)]
    assert [json.loads(line) for line in lines] == [{"source-ref": uri} for uri in named]


@pytest.mark.usefixtures("account")
def test_pictures_and_texts_are_uploaded_with_their_manifests(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos/day #2").mkdir(parents=True)
    (tmp_path / "photos/day #2/a b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "reviews.txt").write_text("Good.\n\nStraße gesperrt.\n")

    pictures, texts = run("images", "photos", "--upload"), run("texts", "reviews.txt", "--upload")

    assert pictures[:2] == (0, "s3://the-input/photos/photos.manifest\n")
    assert "1 picture, each" in pictures[2]
    assert texts[:2] == (0, "s3://the-input/reviews/reviews.manifest\n")
    assert "2 texts; the manifest" in texts[2]
    assert uploaded() == [
        "photos/images/day #2/a b.png",
        "photos/photos.manifest",
        "reviews/reviews.manifest",
    ]
    stored = boto3.client("s3").get_object(Bucket="the-input", Key="reviews/reviews.manifest")
    assert stored["Body"].read().decode() == (
        '{"source": "Good."}\n{"source": "Straße gesperrt."}\n'
    )


def test_each_file_can_be_one_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One\nletter.\n")
    (tmp_path / "b.txt").write_text("Another.")

    code, _, err = run("texts", "a.txt", "b.txt", "--whole", "--bucket-prefix", PREFIX)

    assert (code, "2 texts" in err) == (0, True)
    lines = Path("out/prepared/a/a.manifest").read_text().splitlines()
    assert [json.loads(line)["source"] for line in lines] == ["One\nletter.", "Another."]


def test_labels_are_printed_as_a_label_category_file(run: Run) -> None:
    code, out, err = run(
        "labels", "--type", "polyline", "Lane", "Road edge", "--attribute", "dashed=yes, no",
        "--attribute", "note", "--instruction", "Follow the paint.",
    )  # fmt: skip

    assert (code, err) == (0, "")
    assert json.loads(out) == prepare.label_categories(
        ["Lane", "Road edge"],
        annotation_type="Polyline",
        attributes={"dashed": ["yes", "no"], "note": []},
        short_instruction="Follow the paint.",
    )


@pytest.mark.usefixtures("account")
def test_labels_are_written_and_uploaded(run: Run) -> None:
    kind = ("labels", "--type", "Entities", "Person", "Straße", "--instruction", "Mark names.")

    assert run(*kind, "--out", "made/names.json") == (0, "", "Written to made/names.json.\n")
    assert "Straße" in Path("made/names.json").read_text()
    assert uploaded() == []

    code, out, _ = run(*kind, "--out", "made/names.json", "--upload")
    assert (code, out) == (0, "s3://the-input/labels/names.json\n")
    stored = boto3.client("s3").get_object(Bucket="the-input", Key="labels/names.json")
    assert stored["Body"].read() == Path("made/names.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("labels", "--type", "Mask", "a", "a"), "2 labels have the name 'a'"),
        (("labels", "--type", "Mask", "a", "--upload"), "Give --out"),
        (("labels", "--type", "Mask", "a", "--out", "file/x.json"), "cannot be written"),
        (("labels", "--type", "Maks", "a"), "smgt: There is no type 'Maks'. Did you mean Mask?"),
        (("labels", "--type", "Mask"), "Missing argument"),
        (("video", "file"), "Missing option"),
        (("video", "file", "--fps", "1", "--bucket-prefix", PREFIX), "cannot be read as video"),
        (("frames", "file", "--bucket-prefix", PREFIX), "is not a folder"),
        (("images", "file", "--bucket-prefix", PREFIX), "is not a folder"),
        (("texts", "gone", "--bucket-prefix", PREFIX), "gone cannot be read"),
    ],
)
def test_what_cannot_be_used_is_exit_code_2_and_a_sentence(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "file").write_text("neither folder nor film")

    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


@pytest.mark.parametrize("command", ["frames", "video", "images", "texts", "labels"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")

    assert code == 0
    assert "--bucket-prefix" in out
    assert "--local" in out
