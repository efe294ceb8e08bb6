"""Manifests: what can be said of their lines alone."""

from __future__ import annotations

import json

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.inputs import PICTURES, TEXTS
from tests.plan.scenes import Scene

faults = Subject("Manifests")
AT = f"{FIRST}.inputConfig.inputManifestS3Uri"


@faults.of("BoundingBox", at=AT)
def no_manifest(scene: Scene) -> None:
    """a manifest that does not exist"""
    scene.remove("pictures.manifest")


@faults.of("BoundingBox", at=AT)
def https_manifest(scene: Scene) -> None:
    """a manifest by its https address"""
    scene.first["inputConfig"]["inputManifestS3Uri"] = (
        "https://my-bucket.s3.amazonaws.com/a.manifest"
    )


@faults.of("BoundingBox", at=AT)
def manifest_in_another_bucket(scene: Scene) -> None:
    """a manifest in a bucket that the stack may not read"""
    scene.first["inputConfig"]["inputManifestS3Uri"] = "s3://my-pictures/pictures.manifest"


@faults.of("BoundingBox", at=AT)
def empty_manifest(scene: Scene) -> None:
    """a manifest without a line"""
    scene.write("pictures.manifest", "")


@faults.of("TextMultiClass", at=AT)
def bad_line_of_thousands(scene: Scene) -> None:
    """one of 6,000 lines that ends too early"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        at = scene.somewhere(TEXTS)
        lines[at] = json.dumps(lines[at])[:-2]


@faults.of("TextMultiClass", at=AT)
def not_a_number(scene: Scene) -> None:
    """one of 6,000 lines with NaN, which Python writes and JSON does not know"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)] |= {"score": float("nan")}


@faults.of("TextMultiClass", at=AT)
def line_of_a_text(scene: Scene) -> None:
    """one of 6,000 lines that is a text without an object around it"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)] = '"It rained."'


@faults.of("TextMultiClass", at=AT)
def line_in_latin_1(scene: Scene) -> None:
    """one of 6,000 lines that is not UTF-8"""
    _many(scene)
    lines = scene.lab.files["many-texts.manifest"].splitlines()
    lines[scene.somewhere(TEXTS)] = '{"source": "Zürich"}'.encode("latin-1")
    scene.write("many-texts.manifest", b"\n".join(lines))


@faults.of("BoundingBox", at=AT)
def one_document(scene: Scene) -> None:
    """one JSON list over many lines"""
    lines = [json.loads(line) for line in scene.lab.files["pictures.manifest"].splitlines()]
    scene.write("pictures.manifest", json.dumps(lines, indent=2))


@faults.of("BoundingBox", at=AT)
def lines_run_together(scene: Scene) -> None:
    """two of sixty lines on one line"""
    with scene.lines("pictures.manifest") as lines:
        at = scene.somewhere(PICTURES)
        lines[at : at + 2] = ["".join(map(json.dumps, lines[at : at + 2]))]


@faults.of("BoundingBox", at=AT)
def manifest_with_bom(scene: Scene) -> None:
    """a byte order mark before the first line"""
    scene.write("pictures.manifest", b"\xef\xbb\xbf" + scene.lab.files["pictures.manifest"])


@faults.of("BoundingBox", at=AT)
def no_source(scene: Scene) -> None:
    """one of sixty lines that names no object"""
    with scene.lines("pictures.manifest") as lines:
        del lines[scene.somewhere(PICTURES)]["source-ref"]


@faults.of("BoundingBox", at=AT)
def two_sources(scene: Scene) -> None:
    """one of sixty lines with both source and source-ref"""
    with scene.lines("pictures.manifest") as lines:
        lines[scene.somewhere(PICTURES)]["source"] = "A picture of a road."


@faults.of("BoundingBox", at=AT)
def text_for_a_picture(scene: Scene) -> None:
    """one of sixty lines with a text, where pictures are labeled"""
    with scene.lines("pictures.manifest") as lines:
        lines[scene.somewhere(PICTURES)] = {"source": "A picture of a road."}


@faults.of("TextMultiClass", at=AT)
def file_for_a_text(scene: Scene) -> None:
    """one of 6,000 lines with a file, where texts are labeled"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)] = {"source-ref": scene.uri("texts.manifest")}


@faults.of("TextMultiClass", at=AT)
def number_for_a_text(scene: Scene) -> None:
    """one of 6,000 texts that is a number"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)] = {"source": 42}


@faults.of("BoundingBox", at=AT)
def attribute_with_a_dollar(scene: Scene) -> None:
    """an attribute that begins with $, in one of sixty lines"""
    with scene.lines("pictures.manifest") as lines:
        lines[scene.somewhere(PICTURES)]["$camera"] = "left"


@faults.of("TextMultiClass", at=AT)
def long_attribute(scene: Scene) -> None:
    """one of 6,000 texts with 20,001 characters"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)]["source"] = "t" * 20_001


@faults.of("TextMultiClass", at=AT)
def long_line(scene: Scene) -> None:
    """one of 6,000 lines with more than 100,000 characters"""
    _many(scene)
    with scene.lines("many-texts.manifest") as lines:
        lines[scene.somewhere(TEXTS)] |= {f"part{n}": "t" * 19_000 for n in range(6)}


@faults.of("TextMultiClass", at=AT)
def many_objects(scene: Scene) -> None:
    """10,001 objects"""
    scene.write(
        "texts.manifest", "".join(f'{{"source": "Call {number}"}}\n' for number in range(10_001))
    )


@faults.of("VideoObjectTracking", at=AT)
def eleven_sequences(scene: Scene) -> None:
    """eleven sequences for a video job"""
    with scene.lines("sequences.manifest") as lines, scene.json("short.json") as document:
        for number in range(10):
            scene.write(f"more-{number}.json", json.dumps(document | {"seq-no": number + 2}))
            lines.append({"source-ref": scene.uri(f"more-{number}.json")})


def _many(scene: Scene) -> None:
    scene.first["inputConfig"]["inputManifestS3Uri"] = scene.uri("many-texts.manifest")
