"""Whatever lies there: a plan says what is wrong with it, and never fails itself."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from labeling.modalities import modalities
from labeling.plan import label_categories, manifests, sequences, templates
from tests.unit.plan.inputs import BUCKETS, LOC, objects, recorded

URI = "s3://in/file"
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("s3://"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
CATEGORIES = json.loads(recorded("linking-lcc.json"))
CATEGORIES["frameAttributes"] = [{"name": "n", "type": "number", "minimum": 0, "maximum": 1}]
SEQUENCE = json.loads(recorded("seq1.json"))
SEQUENCE["frames"] = SEQUENCE["frames"][:2]
LINE = json.loads(recorded("OD-adjustment-manifest.json"))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, part in inner for place in places(part, (*path, key)))]


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = deepcopy(document)
    holder = copy
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    return copy


def any_of(document: Any) -> st.SearchStrategy[Any]:
    """The document with something else in one place."""
    paths = st.sampled_from(places(document))
    return st.builds(lambda path, value: changed(document, path, value), paths, VALUES)


@settings(max_examples=150, deadline=None)
@given(document=any_of(CATEGORIES), modality=st.sampled_from(list(modalities().values())))
def test_any_label_category_file(document, modality):
    there = objects()
    there.write(URI, json.dumps(document))
    facts = label_categories.look(URI, objects=there)
    for source in (CATEGORIES, facts.document):
        problems = label_categories.problems(
            facts, modality=modality, loc=LOC, source=source, audited_attribute="a"
        )
        assert all(problem.message for problem in problems)


@settings(max_examples=150, deadline=None)
@given(document=any_of(SEQUENCE))
def test_any_sequence_file(document):
    there = objects()
    there.write(URI, json.dumps(document))
    for look in (sequences.look_at_video, sequences.look_at_point_clouds):
        facts = look(URI, objects=there, allowed_buckets=BUCKETS)
        assert facts.findings  # the frames are not there


@settings(max_examples=150, deadline=None)
@given(line=any_of(LINE), modality=st.sampled_from(list(modalities().values())))
def test_any_manifest(line, modality):
    there = objects()
    there.write(URI, f"{json.dumps(line)}\n{json.dumps(LINE)}\n")
    facts = manifests.look(URI, objects=there, allowed_buckets=BUCKETS)
    problems = manifests.problems(
        facts, modality=modality, label_attribute="a", loc=LOC, audited_attribute="pointcloud"
    )
    assert all(problem.message for problem in problems)


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=60), modality=st.sampled_from(list(modalities().values())))
@example(body=b"{}", modality=modalities()["BoundingBox"])
def test_any_bytes(body, modality):
    there = objects()
    there.binaries[URI] = body
    manifest = manifests.look(URI, objects=there, allowed_buckets=BUCKETS)

    assert list(manifests.problems(manifest, modality=modality, label_attribute="a", loc=LOC))
    categories = label_categories.look(URI, objects=there)
    assert list(label_categories.problems(categories, modality=modality, loc=LOC))
    assert list(templates.problems(templates.look(URI, objects=there), modality=modality, loc=LOC))
