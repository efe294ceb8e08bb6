"""Pictures that are frames of a clip: jobs on pictures and jobs on clips can look at the same.

A job that chooses the scene of each frame has the pictures themselves as its objects. What it says
belongs to the frame of the clip: its layers become layers of the clip.
"""

from __future__ import annotations

from collections.abc import Sequence

from labeling.merging.jobs import Step
from labeling.merging.layer_state import LayerState
from labeling.merging.object_state import ObjectReader, ObjectState
from labeling.merging.spool import Spool
from labeling.modalities import modalities


def take_pictures(
    clip: ObjectState, spool: Spool, steps: Sequence[Step], reader: ObjectReader
) -> None:
    """Moves the pictures that are frames of `clip` from the spool into it."""
    if clip.sequence is None:
        return
    for name in clip.sequence.names:
        uri = f"{clip.sequence.prefix}{name}"
        spooled = spool.find(uri)
        if spooled is None or not all(_is_picture(steps[line.step]) for line in spooled.lines):
            continue
        spool.take(uri)
        for place, layer in reader.read(spooled).layers.items():
            whole = clip.layers.setdefault(place, LayerState(steps[place]))
            whole.take_frame(name, layer)


def _is_picture(step: Step) -> bool:
    # What a custom job says, only that job understands: it stays with the picture.
    return modalities()[step.job.modality].family == "image"
