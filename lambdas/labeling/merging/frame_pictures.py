"""Pictures that are frames of a clip: jobs on pictures and jobs on clips can look at the same.

A job that chooses the scene of each frame has the pictures themselves as its objects. What it says
belongs to the frame of the clip: its layers become layers of the clip.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from labeling.merging.jobs import Step
from labeling.merging.layer_state import LayerState
from labeling.merging.lookout import Lookout
from labeling.merging.object_state import ObjectReader, ObjectState
from labeling.merging.spool import Spool, SpooledObject
from labeling.modalities import modalities


def take_pictures(
    clip: ObjectState,
    spool: Spool,
    steps: Sequence[Step],
    reader: ObjectReader,
    lookout: Lookout,
) -> None:
    """Moves the pictures that are frames of `clip` from the spool into it."""
    if clip.sequence is None:
        return
    prefix = clip.sequence.prefix
    uris = [f"{prefix}{name}" for name in clip.sequence.names]
    for spooled in lookout.objects(_pictures(uris, spool, steps)):
        spool.take(spooled.source)
        for place, layer in reader.read(spooled).layers.items():
            whole = clip.layers.setdefault(place, LayerState(steps[place]))
            whole.take_frame(spooled.source.removeprefix(prefix), layer)


def _pictures(uris: Sequence[str], spool: Spool, steps: Sequence[Step]) -> Iterator[SpooledObject]:
    for uri in uris:
        spooled = spool.find(uri)
        if spooled and all(_is_picture(steps[line.step]) for line in spooled.lines):
            yield spooled


def _is_picture(step: Step) -> bool:
    # What a custom job says, only that job understands: it stays with the picture.
    return modalities()[step.job.modality].family == "image"
