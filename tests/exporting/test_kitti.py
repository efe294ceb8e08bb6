"""KITTI tracking, read back with TrackEval (boxes) and Datumaro (cuboids)."""

from __future__ import annotations

from math import pi
from pathlib import Path

import datumaro
import pytest
import trackeval
from PIL import Image

from labeling.labels import Box
from tests.exporting.data_sets import (
    CAR,
    CUBOID,
    box,
    clip,
    everything,
    exported,
    picture,
    point_clouds,
    recorded_clip,
)


def as_trackeval(folder: Path, name: str) -> dict:
    """The export as ground truth, and as the answer of a tracker too."""
    data = folder / "trackers/same/data"
    data.mkdir(parents=True)
    for file in (folder / "label_02").iterdir():
        (data / file.name).write_text(file.read_text())
    config = trackeval.datasets.Kitti2DBox.get_default_dataset_config() | {
        "GT_FOLDER": str(folder),
        "TRACKERS_FOLDER": str(folder / "trackers"),
        "PRINT_CONFIG": False,
    }
    found: dict = trackeval.datasets.Kitti2DBox(config).get_raw_seq_data("same", name)
    return found


def test_boxes_and_tracks_are_read_back(tmp_path):
    frames = tuple(
        tuple(
            # TrackEval reads the classes of KITTI only
            Box(
                label="Car",
                left=it.label.left,
                top=it.label.top,
                width=it.label.width,
                height=it.label.height,
                track=it.label.track,
            )
            for it in frame.annotations
            if isinstance(it.label, Box)
        )
        for frame in recorded_clip().frames
    )
    report, _ = exported("kitti", [clip(frames=frames)], tmp_path)

    found = as_trackeval(tmp_path, "0000")

    numbers: dict[str, int] = {}
    for step, boxes in enumerate(frames):
        corners = [[it.left, it.top, it.left + it.width, it.top + it.height] for it in boxes]
        assert found["gt_dets"][step].tolist() == corners
        keys = [it.track.key for it in boxes if it.track]
        expected = [numbers.setdefault(key, len(numbers)) for key in keys]
        assert found["gt_ids"][step].tolist() == expected
    assert found["num_timesteps"] == 300
    assert report.tracks == len(numbers)


def test_cuboids_are_read_back_in_the_axes_of_a_camera(tmp_path):
    exported("kitti", [point_clouds()], tmp_path)
    kitti = tmp_path / "kitti3d"
    (kitti / "label_2").mkdir(parents=True)
    lines = (tmp_path / "label_02/0000.txt").read_text().splitlines()
    for line in lines:
        number, _, rest = line.split(" ", 2)
        (kitti / f"label_2/{int(number):06d}.txt").write_text(rest + "\n")
    for folder, name in (("image_2", "000000.png"), ("image_2", "000001.png")):
        (kitti / folder).mkdir(exist_ok=True)
        Image.new("L", (4, 4)).save(kitti / folder / name)

    found = datumaro.Dataset.import_from(str(tmp_path / "kitti3d"), "kitti3d")

    cuboids = [it for item in found for it in item.annotations]
    names = found.categories()[datumaro.AnnotationType.label]
    assert [names[it.label].name for it in cuboids] == ["Big_Car", "Big_Car"]
    for cuboid in cuboids:
        # right is minus y, down minus z, forward x; a cuboid stands on its lower side
        read = cuboid.attributes
        assert read["location"] == pytest.approx([3, -0.25, 20])
        assert read["dimensions"] == [CUBOID.height, CUBOID.width, CUBOID.length]
        assert read["rotation_y"] == pytest.approx(-0.25 - pi / 2)


def test_point_clouds_and_cameras_are_sequences_of_their_own(tmp_path):
    report, missing = exported("kitti", [point_clouds()], tmp_path)

    camera = (tmp_path / "label_02/0001.txt").read_text().splitlines()
    seqmap = (tmp_path / "evaluate_tracking.seqmap.training").read_text().splitlines()

    assert camera == [
        f"{number} 0 Big_Car -1 -1 -10 3 10 23 40 -1 -1 -1 -1000 -1000 -1000 -10"
        for number in range(2)
    ]
    assert seqmap == ["0000 empty 000000 000002", "0001 empty 000000 000002"]
    assert "Tr_velo_cam 0 -1 0 0 0 0 -1 0 1 0 0 0" in (tmp_path / "calib/0000.txt").read_text()
    assert not (tmp_path / "calib/0001.txt").exists()
    assert report.annotations == {"box": 2, "cuboid": 2}
    assert missing["class names"][0] == 4


def test_what_people_said_of_being_seen_is_kept(tmp_path):
    seen = clip(
        frames=(
            (
                box("Car", 1, CAR, attributes={"Occluded": "Yes", "truncated": False}),
                box("Car", 1, CAR, attributes={"occluded": "partly"}),
            ),
        )
    )
    exported("kitti", [seen], tmp_path)

    lines = (tmp_path / "label_02/0000.txt").read_text().splitlines()

    assert [line.split()[3:5] for line in lines] == [["0", "1"], ["-1", "-1"]]


def test_single_pictures_are_reported(tmp_path):
    _, missing = exported("kitti", [picture("s3://b/a.jpg", box("Car", 1))], tmp_path)

    assert missing["frames"] == (1, "KITTI tracking has clips only, and this is a single picture")


def test_every_picture_is_listed(tmp_path):
    report, _ = exported("kitti", everything(), tmp_path)

    rows = (tmp_path / "pictures.csv").read_text().splitlines()

    assert len(rows) == report.frames + 1
    assert "image_02/0000/000003.jpg,s3://b/clips/one/0003.jpg" in rows
    assert "velodyne/0002/000001.bin,s3://b/clouds/lidar/1.bin" in rows
