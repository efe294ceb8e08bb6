"""Selections in a text: what several people marked there.

AWS (page "Annotation Consolidation"): selections are clustered by Jaccard similarity, boundaries
are the mode, or the median where the mode is not clear, the label is the one most assigned in the
cluster, draws are random. Chosen here: selections belong together from half of what they cover
on, nobody is twice in a cluster, of overlapping results the one stays that more people stand behind
(workers cannot submit overlaps), and draws fall to the earlier vote, so that runs are alike.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import mean, median

from emulator.ground_truth.answers import Span
from emulator.ground_truth.consolidation.classes import MOST_CONFIDENT, ONE_WORKER

SIMILAR = 0.5


@dataclass(frozen=True)
class AgreedSpan:
    """A selection made of several, and how sure it is, 0 to 1."""

    span: Span
    confidence: float


@dataclass
class _Cluster:
    members: list[Span] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)

    def similarity(self, span: Span) -> float:
        return mean(jaccard(member, span) for member in self.members)

    def agreed(self) -> Span:
        return Span(
            label=Counter(member.label for member in self.members).most_common(1)[0][0],
            start=_boundary([member.start for member in self.members]),
            end=_boundary([member.end for member in self.members]),
        )


def agreed_spans(answers: Sequence[Sequence[Span]]) -> list[AgreedSpan]:
    """The selections that these answers amount to, in the order of the text. The confidence is the
    share of people who made one, times how much their selections cover the result and agree on
    its label; 0 with one worker, as AWS says."""
    agreed = [
        AgreedSpan(span, _confidence(span, cluster.members, len(answers)))
        for cluster in _clusters(answers)
        for span in [cluster.agreed()]
        if span.start < span.end
    ]
    kept: list[AgreedSpan] = []
    for candidate in sorted(agreed, key=lambda item: (-item.confidence, item.span.start)):
        if not any(_overlap(candidate.span, other.span) for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda item: item.span.start)


def jaccard(a: Span, b: Span) -> float:
    """What two selections share of what they cover, 0 to 1."""
    return _overlap(a, b) / (max(a.end, b.end) - min(a.start, b.start))


def _clusters(answers: Sequence[Sequence[Span]]) -> list[_Cluster]:
    clusters: list[_Cluster] = []
    for worker, spans in enumerate(answers):
        for span in spans:
            free = [cluster for cluster in clusters if worker not in cluster.workers]
            best = max(free, key=lambda cluster: cluster.similarity(span), default=None)
            if best is None or best.similarity(span) < SIMILAR:
                best = _Cluster()
                clusters.append(best)
            best.members.append(span)
            best.workers.add(worker)
    return clusters


def _confidence(span: Span, members: Sequence[Span], workers: int) -> float:
    if workers == 1:
        return ONE_WORKER
    cover = mean(jaccard(member, span) for member in members)
    same_label = sum(member.label == span.label for member in members) / len(members)
    share = len(members) / workers
    return round(min(share * cover * same_label, MOST_CONFIDENT), 2)


def _boundary(places: Sequence[int]) -> int:
    counted = Counter(places).most_common(2)
    clear = len(counted) == 1 or counted[0][1] > counted[1][1]
    return counted[0][0] if clear else round(median(places))


def _overlap(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))
