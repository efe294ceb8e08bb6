"""What is inside of files, and what comes after the plan: nobody looks, or can look, there."""

from __future__ import annotations

import json

from tests.plan.batches import FIRST
from tests.plan.faults import Subject
from tests.plan.inputs import FRAMES, PICTURES
from tests.plan.scenes import Scene

faults = Subject("Inside of files")
AT = f"{FIRST}.inputConfig.inputManifestS3Uri"


@faults.of("BoundingBox", at=AT, why_unseen="pictures are not opened")
def no_picture_inside(scene: Scene) -> None:
    """one of sixty pictures that is a web page called .jpg"""
    scene.write(f"pictures/{scene.somewhere(PICTURES):03}.jpg", "<html>404 Not Found</html>")


@faults.of("VideoObjectTracking", at=AT, why_unseen="frames are not opened")
def frame_cut_off(scene: Scene) -> None:
    """one of 200 frames that was not uploaded to its end"""
    scene.first["inputConfig"]["inputManifestS3Uri"] = scene.uri("long.manifest")
    name = f"frames/{scene.somewhere(FRAMES):06}.jpg"
    scene.write(name, scene.lab.files[name][:100])


@faults.of(
    "PointCloudObjectTracking", at=AT, why_unseen="of more than 20 sequence files 20 are read"
)
def one_of_many_drives(scene: Scene) -> None:
    """one of sixty drives whose times do not grow"""
    drive = json.loads(scene.lab.files["drive.json"])
    with scene.lines("drives.manifest") as lines:
        for number in range(1, 60):
            wrong = {"unix-timestamp": 0} if number == 31 else {}
            frames = [*drive["frames"][:-1], drive["frames"][-1] | wrong]
            scene.write(
                f"drive-{number}.json", json.dumps(drive | {"seq-no": number, "frames": frames})
            )
            lines.append({"source-ref": scene.uri(f"drive-{number}.json")})
