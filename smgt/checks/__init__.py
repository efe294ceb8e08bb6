"""The quality checks for label files on disk: read, looked at, and told in three ways.

Needs the package `labeling` with what its checks are made of (numpy, msgspec).
"""

from smgt.checks.checked import Checked, check, severity
from smgt.checks.document import document, written
from smgt.checks.frame_folder import FrameFolder
from smgt.checks.markup import plain
from smgt.checks.page import page
from smgt.checks.reading import read
from smgt.checks.sources import Given, Part, Source, Unreadable
from smgt.checks.terminal import summary

__all__ = [
    "Checked",
    "FrameFolder",
    "Given",
    "Part",
    "Source",
    "Unreadable",
    "check",
    "document",
    "page",
    "plain",
    "read",
    "severity",
    "summary",
    "written",
]
