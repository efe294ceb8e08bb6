"""The merged data set in the formats of others: COCO, MOT Challenge, YOLO, Pascal VOC, CVAT, KITTI
tracking, Label Studio and Parquet.

What each holds is in `docs/exports.md`; what it could not hold of a data set is in the report.
"""

from labeling.exporting.formats import FORMATS, REPORT, export, writer
from labeling.exporting.ledger import Holds
from labeling.exporting.options import Options
from labeling.exporting.report import NotHeld, Report
from labeling.exporting.sink import Folder, Sink

__all__ = [
    "FORMATS",
    "REPORT",
    "Folder",
    "Holds",
    "NotHeld",
    "Options",
    "Report",
    "Sink",
    "export",
    "writer",
]
