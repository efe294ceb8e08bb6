"""Which jobs a job's input has come through."""

from __future__ import annotations

from labeling.chains import audited, sources_of
from tests.unit.builders import request


def chain(*steps):
    """Jobs by name, each (name, modality, what it is chained from)."""
    jobs = [
        request(name, 2, modality=modality, chain_from=source) for name, modality, source in steps
    ]
    return {job.name: job for job in jobs}


def names(jobs):
    return [job.name for job in jobs]


def test_sources_are_named_from_the_nearest_to_the_first():
    jobs = chain(
        ("a", "BoundingBox", None),
        ("b", "BoundingBoxAudit", "a"),
        ("c", "BoundingBoxAudit", "b"),
    )

    assert names(sources_of(jobs["c"], jobs)) == ["b", "a"]


def test_a_source_that_nobody_knows_ends_the_chain():
    jobs = chain(("b", "BoundingBoxAudit", "gone"), ("c", "BoundingBoxAudit", "b"))

    assert names(sources_of(jobs["c"], jobs)) == ["b"]


def test_a_circle_is_walked_once():
    jobs = chain(("a", "BoundingBoxAudit", "b"), ("b", "BoundingBoxAudit", "a"))

    assert names(sources_of(jobs["a"], jobs)) == ["b"]


def test_an_audit_after_judgements_audits_what_was_judged():
    jobs = chain(
        ("boxes", "BoundingBox", None),
        ("judged", "BoundingBoxVerification", "boxes"),
        ("again", "BoundingBoxVerification", "judged"),
        ("mended", "BoundingBoxAudit", "again"),
    )

    found = audited(jobs["mended"], jobs)

    assert found is not None
    assert found.name == "boxes"
