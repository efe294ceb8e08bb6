"""Writing a clip as Ground Truth writes it, many times over: content to measure speed with."""

from __future__ import annotations

import json
from typing import Any

from labeling.quality.tracks import Tracks


def written(tracks: Tracks, times: int) -> bytes:
    """A SeqLabel.json of the clip `times` times in a row, each time with objects of its own."""
    boxes: list[list[dict[str, Any]]] = [[] for _ in tracks.frames]
    for row, frame in enumerate(tracks.frame.tolist()):
        boxes[frame].append(_annotation(tracks, row))
    entries = [
        {"annotations": boxes[number], "frame-no": str(number), "frame": name}
        for number, name in enumerate(tracks.frames)
    ]
    text = json.dumps(entries, separators=(",", ":"))[1:-1]
    copies = (text.replace("copy-0", f"copy-{number}") for number in range(times))
    return b'{"tracking-annotations":[' + ",".join(copies).encode() + b"]}"


def _annotation(tracks: Tracks, row: int) -> dict[str, Any]:
    track, label = int(tracks.track[row]), int(tracks.label[row])
    said = {
        name: attribute.values[int(attribute.codes[row])]
        for name, attribute in tracks.attributes.items()
        if attribute.codes[row] >= 0
    }
    return {
        "height": round(float(tracks.h[row])),
        "width": round(float(tracks.w[row])),
        "top": round(float(tracks.y[row])),
        "left": round(float(tracks.x[row])),
        "class-id": str(label),
        "label-category-attributes": said,
        "object-id": f"copy-0-0b4c-11ef-9f3a-{track:012}",
        "object-name": f"{tracks.label_names[label]}:{track}",
    }
