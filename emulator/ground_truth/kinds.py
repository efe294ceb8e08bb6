"""Which kind of task a task type is. Further types are further lines."""

from collections.abc import Mapping

from emulator.ground_truth.classification import Classification
from emulator.ground_truth.custom_forms import CustomForms
from emulator.ground_truth.entities import NamedEntities
from emulator.ground_truth.image_boxes import ImageBoxes
from emulator.ground_truth.image_masks import ImageMasks
from emulator.ground_truth.kind import Kind
from emulator.ground_truth.pictures import read_picture
from emulator.ground_truth.point_clouds import CuboidDetection, CuboidTracking
from emulator.ground_truth.point_segments import PointSegmentation
from emulator.ground_truth.texts import read_text, read_video
from emulator.ground_truth.verification import Verification
from emulator.ground_truth.video_frames import VideoFrames

KINDS: Mapping[str, Kind] = {
    "BoundingBox": ImageBoxes(),
    "AdjustmentBoundingBox": ImageBoxes(),
    "VerificationBoundingBox": Verification(
        read_picture, element="crowd-image-classifier", of=ImageBoxes()
    ),
    "ImageMultiClass": Classification(read_picture, element="crowd-image-classifier"),
    "ImageMultiClassMultiLabel": Classification(
        read_picture, element="crowd-image-classifier-multi-select", several=True
    ),
    "SemanticSegmentation": ImageMasks(),
    "AdjustmentSemanticSegmentation": ImageMasks(),
    "VerificationSemanticSegmentation": Verification(
        read_picture, element="crowd-image-classifier", of=ImageMasks()
    ),
    "TextMultiClass": Classification(read_text, "crowd-classifier"),
    "TextMultiClassMultiLabel": Classification(
        read_text, "crowd-classifier-multi-select", several=True
    ),
    "NamedEntityRecognition": NamedEntities(),
    "VideoMultiClass": Classification(read_video, "crowd-classifier"),
    "VideoObjectDetection": VideoFrames(tracked=False),
    "AdjustmentVideoObjectDetection": VideoFrames(tracked=False),
    "VideoObjectTracking": VideoFrames(tracked=True),
    "AdjustmentVideoObjectTracking": VideoFrames(tracked=True),
    "3DPointCloudObjectDetection": CuboidDetection(),
    "Adjustment3DPointCloudObjectDetection": CuboidDetection(),
    "3DPointCloudObjectTracking": CuboidTracking(),
    "Adjustment3DPointCloudObjectTracking": CuboidTracking(),
    "3DPointCloudSemanticSegmentation": PointSegmentation(),
    "Adjustment3DPointCloudSemanticSegmentation": PointSegmentation(),
    "PassThrough": CustomForms(),
}
