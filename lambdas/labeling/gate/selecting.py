"""The input of an audit that looks at a selection: chosen objects, or chosen frames of clips."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labeling.gate.choosing import Choice, Unit, choose
from labeling.gate.clips import read_clip, write_part
from labeling.gate.doubts import Doubts, look, stratum
from labeling.gate.hints import Hint, worst_hints
from labeling.labels import LabelsUnreadable
from labeling.merging.sequences import selection_of, source_of
from labeling.modalities import modalities
from labeling.model import Job, Selection, SelectionUnit, Strategy
from labeling.naming import Places, child_id
from labeling.ports import Objects


@dataclass(frozen=True, kw_only=True)
class Selected:
    """Where the input manifest is and how many objects it has; `hints` are sentences about the
    most suspicious places, for the people who will look."""

    input_uri: str
    objects: int
    hints: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Looked:
    """What one pass over the manifest found."""

    units: list[Unit] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)
    hints: list[tuple[int, Hint]] = field(default_factory=list)
    unusable: set[int] = field(default_factory=set)


def select(
    job: Job,
    audited: Job | None,
    manifest: str,
    selection: Selection,
    *,
    objects: Objects,
    places: Places,
) -> Selected:
    """Writes the input of a job that gets a selection of another job's output.

    `audited` is the job whose labels are looked at again; None: the job labels something else, and
    every line can go on. Raises ObjectUnreadable. Repeating it writes the same again.
    """
    attribute = audited.request.label_attribute if audited else None
    looked = _look(job, attribute, manifest, selection, objects)
    choice = choose(looked.units, selection, seed=f"{job.batch_id}/{job.name}")
    modality, child = job.request.modality, child_id(job.batch_id, job.level, job.name)
    input_uri = places.input_manifest(modality, child)
    kept: dict[int, set[str | None]] = {}
    for place in choice.kept:
        unit = looked.units[place]
        kept.setdefault(unit.line, set()).add(unit.frame)
    folder = input_uri.removesuffix("input.manifest")
    objects.write_lines(input_uri, _kept_lines(manifest, kept, attribute, folder, objects))
    objects.write_lines(places.selection(modality, child), _record(looked, choice, selection))
    objects.write_lines(places.left_out(modality, child), _left_out(looked, choice, manifest))
    seen = (hint for number, hint in looked.hints if _is_seen(hint, kept.get(number, ())))
    return Selected(input_uri=input_uri, objects=len(kept), hints=worst_hints(seen))


def _look(
    job: Job, attribute: str | None, manifest: str, selection: Selection, objects: Objects
) -> _Looked:
    looked = _Looked()
    in_frames = modalities()[job.request.modality].family == "video-frame"
    for number, text in enumerate(objects.lines(manifest)):
        line = json.loads(text)
        looked.sources[number] = source_of(line)
        if attribute is None:
            looked.units.append(Unit(line=number))
            continue
        if line.get(attribute) is None:
            looked.unusable.add(number)
            continue
        if selection.strategy is Strategy.RANDOM and selection.unit is SelectionUnit.OBJECT:
            looked.units.append(Unit(line=number))
            continue
        names = _frame_names(line, objects) if in_frames else ()
        doubts = look(line, attribute, names, fetch=objects.read_bytes)
        looked.units += _units(number, names, doubts, selection)
        looked.hints += [
            (number, Hint(object=_name(line), finding=finding, frames=names))
            for finding in doubts.findings
        ]
    return looked


def _is_seen(hint: Hint, kept: Collection[str | None]) -> bool:
    """Whether people get to see a place: the whole object, or one of the frames."""
    finding = hint.finding
    around = hint.frames[finding.first_frame : finding.last_frame + 1]
    return None in kept or any(name in kept for name in around)


def _frame_names(line: Mapping[str, Any], objects: Objects) -> tuple[str, ...]:
    try:
        return read_clip(line, objects.read_bytes).names
    except LabelsUnreadable:
        return ()  # it goes on as a whole, or not at all


def _units(
    number: int, names: tuple[str, ...], doubts: Doubts, selection: Selection
) -> Iterator[Unit]:
    if selection.unit is SelectionUnit.OBJECT or not names or doubts.unreadable:
        yield Unit(
            line=number, doubt=doubts.doubt, severity=doubts.severity, stratum=doubts.stratum
        )
        return
    for name in names:
        yield Unit(
            line=number,
            frame=name,
            doubt=doubts.of_frame.get(name, 0.0),
            severity=doubts.severity_of_frame.get(name, 0.0),
            stratum=stratum(doubts.classes.get(name, ())),
        )


def _kept_lines(
    manifest: str,
    kept: Mapping[int, set[str | None]],
    attribute: str | None,
    folder: str,
    objects: Objects,
) -> Iterator[str]:
    for number, text in enumerate(objects.lines(manifest)):
        frames = kept.get(number)
        if frames is None:
            continue
        names = {name for name in frames if name is not None}
        if attribute is None or not names:
            yield text
            continue
        line = json.loads(text)
        clip = read_clip(line, objects.read_bytes)
        if len(names) == len(clip.names) and selection_of(line) is None:
            yield text
            continue
        yield json.dumps(
            write_part(
                line,
                clip,
                names,
                attribute=attribute,
                folder=f"{folder}frames/{number}/",
                objects=objects,
            )
        )


def _record(looked: _Looked, choice: Choice, selection: Selection) -> Iterator[str]:
    """One line for each unit that goes on, and why."""
    for place in sorted(choice.kept):
        unit = looked.units[place]
        yield json.dumps(
            _of_unit(unit)
            | {
                "source": looked.sources[unit.line],
                "doubt": round(unit.doubt, 4),
                "severity": round(unit.severity, 4),
                "why": "control" if place in choice.control else selection.strategy.value,
            }
        )


def _left_out(looked: _Looked, choice: Choice, manifest: str) -> Iterator[str]:
    """One line for each unit that stays behind, and why."""
    for number in sorted(looked.unusable):
        yield json.dumps({"line": number, "reason": "not labeled", "manifest": manifest})
    for place, unit in enumerate(looked.units):
        if place not in choice.kept:
            yield json.dumps(_of_unit(unit) | {"reason": "not selected", "manifest": manifest})


def _of_unit(unit: Unit) -> dict[str, Any]:
    return {"line": unit.line} | ({} if unit.frame is None else {"frame": unit.frame})


def _name(line: Mapping[str, Any]) -> str:
    """How people know an object: by the end of its address, or the beginning of its text."""
    if "source-ref" in line:
        return str(line["source-ref"]).rpartition("/")[2]
    return str(line.get("source", ""))[:40]
