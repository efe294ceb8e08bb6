"""Preparing inputs for Ground Truth: clips of frames, manifests of pictures and of texts, label
category files.

    frames = prepare.video_frames("clip.mp4", to="frames", fps=2)    # or prepare.frames("frames")
    clip = prepare.clip(frames, prefix="s3://bucket/clip-0001", name="clip-0001")
    client.storage.upload(clip.files, to=clip.prefix)
    clip.manifest_uri                                                # what a job names

    photos = prepare.images("photos", prefix="s3://bucket/photos", name="photos")
    reviews = prepare.texts(["reviews.txt"], prefix="s3://bucket/reviews", name="reviews")

Functions that touch no network; `Client.upload` and `Client.storage` bring what they return to S3.
"""

from smgt.prepare._frames import FRAME_SUFFIXES, MAX_FRAMES, check_images, frames
from smgt.prepare._labels import (
    MAX_FULL_INSTRUCTION,
    MAX_LABEL_LENGTH,
    MAX_LABELS,
    MAX_SHORT_INSTRUCTION,
    AnnotationType,
    known_type,
    label_categories,
)
from smgt.prepare._manifests import LARGEST_PICTURE, MAX_LINE, MAX_TEXT, Dataset, images, texts
from smgt.prepare._sequences import MAX_SEQUENCES, Clip, clip, manifest, sequence
from smgt.prepare._video import video_frames

__all__ = [
    "FRAME_SUFFIXES",
    "LARGEST_PICTURE",
    "MAX_FRAMES",
    "MAX_FULL_INSTRUCTION",
    "MAX_LABELS",
    "MAX_LABEL_LENGTH",
    "MAX_LINE",
    "MAX_SEQUENCES",
    "MAX_SHORT_INSTRUCTION",
    "MAX_TEXT",
    "AnnotationType",
    "Clip",
    "Dataset",
    "check_images",
    "clip",
    "frames",
    "images",
    "known_type",
    "label_categories",
    "manifest",
    "sequence",
    "texts",
    "video_frames",
]
