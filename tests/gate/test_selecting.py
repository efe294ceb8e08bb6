"""The input of an audit that looks at a selection of real labels."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from labeling.gate.clips import with_context
from labeling.model import JobStatus, Selection, SelectionUnit, Strategy
from labeling.use_cases.prepare_inputs import prepare_inputs
from tests.fakes import world as make_world
from tests.unit.builders import CATEGORIES, batch, job, manifest, request

# Tracks of three vehicles, with errors that its authors planted.
VEHICLES = Path("benchmarks/quality/data/vehicles-SeqLabel.json.gz")
ROOT = Path(__file__).parents[2]
SEQUENCE = "s3://input/clip.json"
LABELS = "s3://out/SeqLabel.json"
FRAMES = [f"{number:06}.jpg" for number in range(1, 301)]


@pytest.fixture
def world():
    made = make_world()
    document = json.loads(gzip.decompress((ROOT / VEHICLES).read_bytes()))
    for entry, name in zip(document["tracking-annotations"], FRAMES, strict=False):
        entry["frame"] = name
    made.objects.write(LABELS, json.dumps(document))
    sequence = {
        "seq-no": 1,
        "prefix": "s3://input/clip/",
        "number-of-frames": len(FRAMES),
        "frames": [{"frame-no": n, "frame": name} for n, name in enumerate(FRAMES, start=1)],
    }
    made.objects.write(SEQUENCE, json.dumps(sequence))
    categories = {
        "labels": [{"label": "Vehicle"}],
        "instructions": {"shortInstruction": "Vehicles only.", "fullInstruction": "Be exact."},
    }
    made.objects.write(CATEGORIES, json.dumps(categories))
    return made


def prepared(world, selection, lines=None, **keywords):
    source = job(
        world, request("vehicle"), status=JobStatus.COMPLETE, label_category_uri=CATEGORIES
    )
    line = {"source-ref": SEQUENCE, "vehicle-ref": LABELS, "vehicle-ref-metadata": {"type": "t"}}
    world.objects.write(source.output_uri, manifest(*(lines or [line])))
    audit = job(world, request("audit", 2, chain_from="vehicle", selection=selection), index=1)
    [found] = prepare_inputs(
        batch(world),
        [audit],
        {"vehicle": source},
        objects=world.objects,
        places=world.places,
        **keywords,
    )
    return found


def lines_of(world, uri):
    return [json.loads(line) for line in world.objects.lines(uri)]


def selected(world, found):
    return lines_of(world, found.job.input_uri.replace("input.manifest", "selection.jsonl"))


def read(world, uri):
    return json.loads(world.objects.read(uri))


def test_the_most_suspicious_frames_become_a_clip_of_their_own(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME)

    found = prepared(world, worst)

    [line] = lines_of(world, found.job.input_uri)
    sequence = read(world, line["source-ref"])
    shown = [frame["frame"] for frame in sequence["frames"]]
    chosen = read(world, line["frame-selection"]["frames-ref"])["frames"]
    assert len(chosen) == 15
    assert line["frame-selection"]["source-ref"] == SEQUENCE
    assert shown == with_context(FRAMES, chosen)
    assert sequence["number-of-frames"] == len(shown) > len(chosen)
    assert [frame["frame-no"] for frame in sequence["frames"]] == list(range(1, len(shown) + 1))
    assert sequence["prefix"] == "s3://input/clip/"
    labeled = {entry["frame"] for entry in read(world, line["vehicle-ref"])["tracking-annotations"]}
    assert labeled <= set(shown)
    assert line["vehicle-ref-metadata"] == {"type": "t"}


def test_people_are_told_where_to_look_before_what_they_are_told_anyway(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME)

    found = prepared(world, worst)

    said = read(world, found.job.label_category_uri)["instructions"]
    assert said["shortInstruction"] == "Vehicles only."
    assert said["fullInstruction"].startswith("Please look at these places first.\nclip.json, 0")
    assert said["fullInstruction"].endswith("Be exact.")
    assert len(said["fullInstruction"]) < 2_048


def test_it_is_written_down_which_frames_go_on_and_why(world):
    worst = Selection(
        strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME, always_sample=10
    )

    found = prepared(world, worst)

    record = selected(world, found)
    control = [entry for entry in record if entry["why"] == "control"]
    assert len(control) == round(285 * 0.1)
    assert len(record) == 15 + len(control)
    left = lines_of(world, found.job.input_uri.replace("input.manifest", "left-out.jsonl"))
    assert len(left) + len(record) == len(FRAMES)
    assert {entry["reason"] for entry in left} == {"not selected"}


def test_a_part_of_a_part_still_says_what_clip_it_is_of(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=50, unit=SelectionUnit.FRAME)
    [line] = lines_of(world, prepared(world, worst).job.input_uri)

    [again] = lines_of(world, prepared(world, worst, lines=[line]).job.input_uri)

    assert again["frame-selection"]["source-ref"] == SEQUENCE


def test_of_a_part_frames_that_were_shown_for_context_can_be_chosen_too(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME)
    [line] = lines_of(world, prepared(world, worst).job.input_uri)
    shown = [frame["frame"] for frame in read(world, line["source-ref"])["frames"]]
    everything = Selection(strategy=Strategy.RANDOM, unit=SelectionUnit.FRAME)

    [again] = lines_of(world, prepared(world, everything, lines=[line]).job.input_uri)

    assert read(world, again["frame-selection"]["frames-ref"])["frames"] == shown
    assert again["frame-selection"]["source-ref"] == SEQUENCE


def test_a_clip_of_which_every_frame_is_chosen_stays_as_it_is(world):
    everything = Selection(strategy=Strategy.RANDOM, unit=SelectionUnit.FRAME)

    [line] = lines_of(world, prepared(world, everything).job.input_uri)

    assert line["source-ref"] == SEQUENCE


def test_the_rate_of_an_approval_replaces_that_of_the_selection(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME)

    found = prepared(world, worst, rate=10)

    assert len(selected(world, found)) == 30


def test_labels_that_cannot_be_read_are_looked_at_first(world):
    world.objects.write("s3://out/broken.json", "{}")
    lines = [
        {"source-ref": SEQUENCE, "vehicle-ref": LABELS},
        {"source-ref": SEQUENCE, "vehicle-ref": "s3://out/broken.json"},
    ]

    found = prepared(world, Selection(strategy=Strategy.WORST_FIRST, rate=50), lines)

    [line] = lines_of(world, found.job.input_uri)
    assert line["vehicle-ref"] == "s3://out/broken.json"


def test_objects_without_a_label_stay_behind(world):
    lines = [{"source-ref": SEQUENCE, "vehicle-ref": LABELS}, {"source-ref": SEQUENCE}]

    found = prepared(world, Selection(strategy=Strategy.RANDOM), lines)

    assert found.job.objects == 1


def test_an_audit_for_which_nothing_is_found_is_skipped_and_it_is_said_why(world):
    sure = Selection(strategy=Strategy.FINDINGS, min_severity=1.0, unit=SelectionUnit.FRAME)
    clean: dict[str, list[str]] = {"tracking-annotations": []}
    world.objects.write(LABELS, json.dumps(clean))

    found = prepared(world, sure)

    assert (
        found.skip == "of the labels of vehicle nothing was selected: the checks found too little"
    )


def test_the_same_selection_is_written_again(world):
    worst = Selection(
        strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME, always_sample=10
    )
    prepared(world, worst)
    first = dict(world.objects.texts)

    prepared(world, worst)

    assert world.objects.texts == first


def test_a_clip_whose_labels_cannot_be_read_goes_on_whole(world):
    world.objects.write("s3://out/broken.json", "{")
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=1, unit=SelectionUnit.FRAME)
    lines = [
        {"source-ref": SEQUENCE, "vehicle-ref": "s3://out/broken.json"},
        {"source-ref": SEQUENCE, "vehicle-ref": LABELS},
    ]

    found = prepared(world, worst, lines)

    whole, part = lines_of(world, found.job.input_uri)
    assert whole == lines[0]
    assert "frame-selection" in part


def test_a_part_counts_its_frames_anew_in_sequence_and_labels(world):
    worst = Selection(strategy=Strategy.WORST_FIRST, rate=5, unit=SelectionUnit.FRAME)

    [line] = lines_of(world, prepared(world, worst).job.input_uri)

    shown = [frame["frame"] for frame in read(world, line["source-ref"])["frames"]]
    entries = read(world, line["vehicle-ref"])["tracking-annotations"]
    assert entries
    assert all(shown[int(entry["frame-no"])] == entry["frame"] for entry in entries)


def test_hints_are_of_what_people_will_see(world):
    world.objects.write("s3://input/other.json", world.objects.read(SEQUENCE))
    lines = [
        {"source-ref": source, "vehicle-ref": LABELS}
        for source in (SEQUENCE, "s3://input/other.json")
    ]

    found = prepared(world, Selection(strategy=Strategy.STRATIFIED, rate=50), lines)

    [line] = lines_of(world, found.job.input_uri)
    said = read(world, found.job.label_category_uri)["instructions"]["fullInstruction"]
    [absent] = {"clip.json", "other.json"} - {line["source-ref"].rpartition("/")[2]}
    assert line["source-ref"].rpartition("/")[2] in said
    assert absent not in said
