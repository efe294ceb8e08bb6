"""Labels on frames: what is read, and where it is drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from smgt import InvalidInput
from smgt._seqlabels import read_seq_label
from smgt._strokes import dashes
from smgt.drawing import COLOURS, Layer, contact_sheet, spread

BOX = {"left": 20, "top": 30, "width": 40, "height": 20, "class-id": "0", "object-name": "Car:1"}
LINE = {
    "vertices": [{"x": 0, "y": 80}, {"x": 60, "y": 60}],
    "class-id": "0",
    "object-name": "Lane:1",
}


def tracking(frame: str = "1.png", **shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"tracking-annotations": [{"frame-no": "0", "frame": frame, **shapes}]}


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    for number in range(1, 6):
        Image.new("RGB", (100, 90), "#202020").save(folder / f"{number}.png")
    return folder


def has_colour(image: Image.Image, colour: str) -> bool:
    """Whether some pixel is about this colour: smoothing mixes it a little."""
    wanted = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    pixels = image.convert("RGB").getcolors(image.width * image.height) or []
    return any(
        all(abs(a - b) < 24 for a, b in zip(pixel, wanted, strict=True))
        for _, pixel in pixels
        if isinstance(pixel, tuple)
    )


def test_every_kind_of_shape_is_read(tmp_path: Path) -> None:
    triangle = [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]
    document = tracking(
        annotations=[BOX],
        polylines=[LINE],
        polygons=[{"vertices": triangle, "class-id": "1", "object-name": "Sign:3"}],
        keypoints=[{"x": 5, "y": 6, "class-id": "2", "object-name": "Light:1"}],
    )
    path = tmp_path / "SeqLabel.json"
    path.write_text(json.dumps(document))

    box, line, polygon, point = read_seq_label(path)["1.png"]

    assert (box.kind, box.name, box.label) == ("box", "Car:1", "Car")
    assert box.points == ((20, 30), (60, 50))
    assert (line.kind, line.points) == ("line", ((0, 80), (60, 60)))
    assert (polygon.kind, len(polygon.points)) == ("polygon", 3)
    assert (point.kind, point.points) == ("point", ((5, 6),))


def test_objects_that_are_not_tracked_are_known_by_their_class() -> None:
    untracked = {key: value for key, value in BOX.items() if key != "object-name"}
    document = {"detection-annotations": [{"frame": "1.png", "annotations": [untracked]}]}

    [shape] = read_seq_label(document)["1.png"]

    assert (shape.name, shape.label) == ("class 0", "class 0")


def test_a_file_that_holds_no_sequence_labels_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for text, said in [("{}", "is not a SeqLabel"), ("[]", "is not a SeqLabel"), ("{", "as JSON")]:
        path.write_text(text)
        with pytest.raises(InvalidInput, match=said):
            read_seq_label(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_seq_label(tmp_path / "none")


def test_a_sheet_shows_each_object_in_its_own_colour(frames: Path) -> None:
    layer = Layer(name="final", labels=[tracking(annotations=[BOX]), tracking(polylines=[LINE])])

    sheet = contact_sheet(frames, [layer], title="Clip", width=200)

    assert has_colour(sheet, COLOURS[0])
    assert has_colour(sheet, COLOURS[1])
    assert not has_colour(sheet, COLOURS[2])


def test_a_sheet_holds_the_frames_that_have_labels_in_rows(frames: Path) -> None:
    layer = Layer(
        name="final",
        labels=[tracking(f"{n}.png", annotations=[BOX]) for n in range(1, 5)],
    )
    one_row = contact_sheet(frames, [layer], count=2, columns=2, width=200)
    two_rows = contact_sheet(sorted(frames.iterdir()), [layer], count=4, columns=2, width=200)

    assert one_row.width == two_rows.width
    assert two_rows.height - one_row.height > 180


def test_the_layers_before_the_last_are_drawn_without_names(frames: Path) -> None:
    layers = [
        Layer(name="first", labels=[tracking(annotations=[BOX])]),
        Layer(name="audited", labels=[tracking(annotations=[BOX])]),
    ]
    dashed_only = contact_sheet(frames, [layers[0], Layer(name="audited", labels=[])], width=400)
    both = contact_sheet(frames, layers, width=400)

    def coloured(sheet: Image.Image) -> int:
        wanted = Image.new("RGB", (1, 1), COLOURS[0]).getpixel((0, 0))
        found = sheet.getcolors(sheet.width * sheet.height) or []
        return sum(count for count, colour in found if colour == wanted)

    assert coloured(both) > coloured(dashed_only) > 0


def test_dashes_beside_the_final_line_are_lighter_and_stand_out_from_a_bright_picture(
    tmp_path: Path,
) -> None:
    Image.new("RGB", (400, 360), "white").save(tmp_path / "1.png")
    first = {"vertices": [{"x": 10, "y": 100}, {"x": 390, "y": 100}], "object-name": "Lane:1"}
    final = {**first, "vertices": [{"x": 10, "y": 104}, {"x": 390, "y": 104}]}
    layers = [
        Layer(name="first", labels=[tracking(polylines=[first])]),
        Layer(name="audited", labels=[tracking(polylines=[final])]),
    ]

    sheet = contact_sheet(tmp_path, layers, width=400)

    assert has_colour(sheet, COLOURS[0])
    assert has_colour(sheet, "#ffa6b6")  # halfway from COLOURS[0] to white
    assert has_colour(sheet, "#3c3e41")  # what the dashes lie on, over white


def test_shapes_of_every_kind_can_be_drawn_at_the_border(frames: Path) -> None:
    corner = {"vertices": [{"x": 0, "y": 0}, {"x": 99, "y": 0}, {"x": 0, "y": 89}], "class-id": "0"}
    document = tracking(
        polygons=[{**corner, "object-name": "Sign:1"}],
        keypoints=[{"x": 99, "y": 89, "class-id": "0", "object-name": "Light:1"}],
    )
    dashed = Layer(name="first", labels=[document])

    sheet = contact_sheet(frames, [dashed, Layer(name="final", labels=[document])], width=200)

    assert has_colour(sheet, COLOURS[0])
    assert has_colour(sheet, COLOURS[1])


def test_labels_of_another_clip_are_refused(frames: Path) -> None:
    with pytest.raises(InvalidInput, match="None of the labels belong to these frames"):
        contact_sheet(frames, [Layer(name="x", labels=[tracking("other.png")])])


def test_frames_are_spread_from_the_first_to_the_last() -> None:
    paths = [Path(str(n)) for n in range(38)]

    assert [int(p.name) for p in spread(paths, 4)] == [0, 12, 25, 37]
    assert spread(paths[:2], 4) == paths[:2]
    assert spread(paths, 1) == [paths[19]]


def test_dashes_go_on_around_corners_and_cover_over_half_of_a_line() -> None:
    corner = [(0.0, 0.0), (50.0, 0.0), (50.0, 50.0)]

    pieces = list(dashes(corner))

    assert pieces[0] == [(0, 0), (20, 0)]
    assert pieces[1] == [(36, 0), (50, 0)]
    assert pieces[2] == [(50, 0), (50, 6)]
