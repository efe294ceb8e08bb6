"""Which skill a task type asks for. Further types are further lines."""

from collections.abc import Mapping

from emulator.workers.boxing import Boxing
from emulator.workers.choosing import Choosing
from emulator.workers.filling import Filling
from emulator.workers.marking import Marking
from emulator.workers.painting import Painting
from emulator.workers.points import PointClassing
from emulator.workers.shapes import ShapeDrawing
from emulator.workers.skill import Skill

SKILLS: Mapping[str, Skill] = {
    "TextMultiClass": Choosing(),
    "TextMultiClassMultiLabel": Choosing(several=True),
    "NamedEntityRecognition": Marking(),
    "VideoMultiClass": Choosing(),
    "PassThrough": Filling(),
    "BoundingBox": Boxing(),
    "AdjustmentBoundingBox": Boxing(),
    "VerificationBoundingBox": Choosing(verifies=True),
    "ImageMultiClass": Choosing(),
    "ImageMultiClassMultiLabel": Choosing(several=True),
    "SemanticSegmentation": Painting(),
    "AdjustmentSemanticSegmentation": Painting(),
    "VerificationSemanticSegmentation": Choosing(verifies=True),
    **dict.fromkeys(
        [
            *("VideoObjectDetection", "AdjustmentVideoObjectDetection"),
            *("VideoObjectTracking", "AdjustmentVideoObjectTracking"),
            *("3DPointCloudObjectDetection", "Adjustment3DPointCloudObjectDetection"),
            *("3DPointCloudObjectTracking", "Adjustment3DPointCloudObjectTracking"),
        ],
        ShapeDrawing(),
    ),
    **dict.fromkeys(
        ["3DPointCloudSemanticSegmentation", "Adjustment3DPointCloudSemanticSegmentation"],
        PointClassing(),
    ),
}
