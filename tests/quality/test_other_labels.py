from __future__ import annotations

import numpy as np
import pytest

from labeling.quality import cuboids, images, key_points, outlines, spans, workers
from labeling.quality.cuboids import Cuboids
from labeling.quality.findings import Finding, Kind
from labeling.quality.shapes import Shapes
from labeling.quality.spans import Spans
from labeling.quality.tracks import Floats, Tracks

FRAMES = 30


def shapes(places: Floats, *, closed: bool = False) -> Shapes:
    """Shapes of tracks × frames × vertices × (x, y)."""
    tracks, frames, vertices, _ = places.shape
    return Shapes(
        frame=np.tile(np.arange(frames), tracks),
        track=np.repeat(np.arange(tracks), frames),
        label=np.zeros(tracks * frames, np.int64),
        offset=np.arange(tracks * frames + 1) * vertices,
        x=places[..., 0].ravel(),
        y=places[..., 1].ravel(),
        closed=closed,
        frames=frames,
        track_names=tuple(f"lane:{number}" for number in range(tracks)),
        picture=(1280.0, 720.0),
    )


def lanes() -> Floats:
    """Two lanes of five vertices that drift slowly to the right."""
    places = np.empty((2, FRAMES, 5, 2))
    places[..., 1] = np.linspace(300, 700, 5)
    places[..., 0] = np.linspace(0, 150, 5) + 2.0 * np.arange(FRAMES)[:, None]
    places[0, ..., 0] += 100
    places[1, ..., 0] += 500
    return places


def found(findings: list[Finding]) -> list[tuple[tuple[str, ...], int, int]]:
    return [(one.objects, one.first_frame, one.last_frame) for one in findings]


def test_lanes_that_drift_have_no_finding():
    drifting = shapes(lanes())

    assert [
        *outlines.vertex_jumps(drifting),
        *outlines.length_jumps(drifting),
        *outlines.self_crossings(drifting),
        *outlines.crossing_neighbours(drifting),
        *outlines.too_few_points(drifting),
    ] == []


def test_a_vertex_thrown_aside_is_a_jump():
    places = lanes()
    places[1, 12, 2, 0] += 120

    assert found(outlines.vertex_jumps(shapes(places))) == [(("lane:1",), 12, 12)]


def test_a_lane_drawn_with_more_vertices_does_not_jump():
    places = lanes()
    more = shapes(places)
    # the middle of the first side of lane:0 in frame 10 becomes a vertex of its own
    at = int(more.offset[10])
    finer = Shapes(
        more.frame,
        more.track,
        more.label,
        more.offset + (np.arange(len(more.offset)) > 10),
        np.insert(more.x, at + 1, (more.x[at] + more.x[at + 1]) / 2),
        np.insert(more.y, at + 1, (more.y[at] + more.y[at + 1]) / 2),
        more.closed,
        more.frames,
        more.track_names,
    )

    assert outlines.vertex_jumps(finer) == outlines.length_jumps(finer) == []


def test_a_lane_that_is_half_as_long_for_a_frame_changes_its_length():
    places = lanes()
    places[0, 20] = places[0, 20, 0] + (places[0, 20] - places[0, 20, 0]) * 0.5

    assert found(outlines.length_jumps(shapes(places))) == [(("lane:0",), 20, 20)]


def test_an_outline_with_two_points_swapped_crosses_itself():
    square = np.array([[0, 0], [100, 0], [100, 100], [0, 100]], np.float64)
    places = np.broadcast_to(square, (1, 3, 4, 2)).copy()
    places[0, 1] = square[[0, 2, 1, 3]]

    assert found(outlines.self_crossings(shapes(places, closed=True))) == [(("lane:0",), 1, 1)]


def test_two_lanes_that_cross_are_named_together():
    places = lanes()
    places[0, 7, :, 0] = np.linspace(100, 900, 5)

    assert found(outlines.crossing_neighbours(shapes(places))) == [(("lane:0", "lane:1"), 7, 7)]


@pytest.mark.parametrize(("closed", "points"), [(True, 2), (False, 1)])
def test_outlines_with_too_few_different_points_are_said_so(closed, points):
    places = lanes()
    places[1, 3, points:] = places[1, 3, 0]

    assert found(outlines.too_few_points(shapes(places, closed=closed))) == [(("lane:1",), 3, 3)]


def test_a_key_point_that_leaves_its_path_jumps_and_one_beyond_the_border_is_outside():
    places = lanes()[:, :, :1]
    places[0, 15] += 80
    places[1, 4, 0, 0] = -3

    points = shapes(places)
    assert (("lane:0",), 15, 15) in found(key_points.point_jumps(points))
    assert found(key_points.points_outside(points)) == [(("lane:1",), 4, 4)]


def boxes(*rows: tuple[int, int, float, float, float, float]) -> Tracks:
    """Boxes of images: image, label, left, top, width, height."""
    table = np.array(rows, np.float64)
    return Tracks(
        frame=table[:, 0].astype(np.int64),
        track=np.arange(len(table)),
        label=table[:, 1].astype(np.int64),
        x=table[:, 2],
        y=table[:, 3],
        w=table[:, 4],
        h=table[:, 5],
        frames=tuple(f"{number}.jpg" for number in range(int(table[:, 0].max()) + 1)),
        track_names=tuple(f"box {number}" for number in range(len(table))),
        label_names=("car", "person"),
        tracked=False,
    )


SIZES = np.array([[640.0, 480.0], [320.0, 240.0]])


def test_boxes_of_images_are_tiny_huge_outside_or_there_twice():
    odd = boxes(
        (0, 0, 10, 10, 100, 80),
        (0, 0, 11, 10, 100, 80),
        (0, 1, 12, 10, 100, 80),
        (0, 0, 300, 300, 3, 60),
        (1, 0, 0, 0, 318, 238),
        (1, 0, 250, 100, 100, 50),
    )

    assert found(images.tiny_boxes(odd)) == [(("box 3",), 0, 0)]
    assert found(images.huge_boxes(odd, SIZES)) == [(("box 4",), 1, 1)]
    assert found(images.boxes_outside(odd, SIZES)) == [(("box 5",), 1, 1)]
    assert found(images.duplicate_boxes(odd)) == [(("box 0", "box 1"), 0, 0)]


def test_an_image_with_far_more_of_a_class_than_the_batch_stands_out():
    usual = [(image, 0, 10.0 * image, 5, 20, 20) for image in range(8)]
    many = [(3, 1, 10.0 * number, 50, 20, 20) for number in range(12)]

    (finding,) = images.class_imbalance(boxes(*usual, *many))
    assert (finding.kind, finding.objects) == (Kind.IMBALANCE, ("3.jpg",))


TEXTS = ("Ada Lovelace wrote the first program.", "née Byron, in London")


def marked(*rows: tuple[int, int, int]) -> Spans:
    table = np.array(rows, np.int64)
    return Spans(table[:, 0], table[:, 1], table[:, 2], ["PERSON"] * len(table), TEXTS)


def test_spans_that_mark_whole_words_have_no_finding():
    fine = marked((0, 0, 12), (1, 4, 9), (1, 14, 20))

    checks = (spans.overlapping_spans, spans.empty_spans, spans.cut_words)
    assert [finding for check in checks for finding in check(fine)] == []


def test_spans_that_overlap_hold_nothing_or_cut_a_word_are_said_so():
    odd = marked((0, 0, 12), (0, 4, 18), (0, 3, 4), (0, 36, 50), (1, 5, 9), (1, 0, 3))

    assert [one.message.split(";")[0] for one in spans.overlapping_spans(odd)] == [
        "“Ada Lovelace” (PERSON, characters 0 to 12 of text 0) overlaps “Lovelace wrote” (PERSON)",
        "“Ada Lovelace” (PERSON, characters 0 to 12 of text 0) overlaps “ ” (PERSON)",
    ]
    assert ["“ ” (PERSON" in one.message for one in spans.empty_spans(odd)] == [True, False]
    assert ["“yron”" in one.message for one in spans.cut_words(odd)] == [True]


def test_workers_who_differ_are_reported_with_their_answers():
    item = np.array([0, 0, 0, 1, 1, 1, 2])
    label = np.array([0, 0, 0, 0, 1, 2, 1])

    (finding,) = workers.disagreements(item, label, ["a", "b", "c"], ["cat", "dog", "owl"])
    assert finding.objects == ("b",)
    assert finding.message == "b was answered 1 cat, 1 dog, 1 owl; decide."
    assert finding.severity == pytest.approx(2 / 3)


def cars() -> Cuboids:
    """Two cars, one that drives at a metre a frame, one that stands."""
    frame = np.tile(np.arange(FRAMES), 2)
    track = np.repeat([0, 1], FRAMES)
    center = np.zeros((2 * FRAMES, 3))
    center[:FRAMES, 0] = np.arange(FRAMES)
    center[FRAMES:, 1] = 8
    dimensions = np.tile([4.5, 1.8, 1.5], (2 * FRAMES, 1))
    return Cuboids(
        frame, track, track * 0, center, dimensions, np.zeros(2 * FRAMES), ("Car:1", "Car:2")
    )


def test_cuboids_that_drive_and_stand_have_no_finding():
    still = cars()

    assert cuboids.dimension_changes(still) == []
    assert cuboids.yaw_flips(still) == []
    assert cuboids.cuboid_jumps(still) == []


def test_cuboids_that_change_size_turn_round_or_jump_are_said_so():
    odd = cars()
    odd.dimensions[5:8, 0] = 6.0
    odd.yaw[FRAMES + 10] = 3.1
    odd.center[20, 1] = 3.0

    assert found(cuboids.dimension_changes(odd)) == [(("Car:1",), 5, 7)]
    assert found(cuboids.yaw_flips(odd)) == [(("Car:2",), 10, 10), (("Car:2",), 11, 11)]
    assert found(cuboids.cuboid_jumps(odd)) == [(("Car:1",), 20, 20)]


def test_the_points_in_a_turned_cuboid_are_counted_and_few_are_reported():
    cloud = np.array([[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, -2.0, 0.1], [9.0, 9.0, 9.0]])
    center, dimensions = np.zeros((2, 3)), np.tile([4.5, 1.8, 1.5], (2, 1))

    counts = cuboids.points_inside(cloud, center, dimensions, np.array([0.0, np.pi / 2]))
    assert counts.tolist() == [1, 2]

    points = np.full(2 * FRAMES, 50)
    points[3:5] = counts
    assert found(cuboids.sparse_cuboids(cars(), points)) == [(("Car:1",), 3, 4)]
