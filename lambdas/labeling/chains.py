"""Which jobs a job's input has come through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeVar

from labeling.modalities import modalities


class Chained(Protocol):
    """A job as far as its chain goes."""

    @property
    def name(self) -> str: ...
    @property
    def modality(self) -> str: ...
    @property
    def chain_from(self) -> str | None: ...


C = TypeVar("C", bound=Chained)


def sources_of(job: C, by_name: Mapping[str, C]) -> Iterator[C]:
    """The jobs that a job is chained from, the nearest first, as far as they are known; of a circle
    each once."""
    passed = {job.name}
    while (name := job.chain_from) is not None and name in by_name and name not in passed:
        passed.add(name)
        job = by_name[name]
        yield job


def audited(job: C, by_name: Mapping[str, C]) -> C | None:
    """The job whose labels an audit works on: its source, or what a chain of judgements was of."""
    sources = sources_of(job, by_name)
    return next((it for it in sources if not modalities()[it.modality].judges), None)
