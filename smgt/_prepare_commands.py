"""`smgt prepare …`: files that jobs begin with, made from frames, video, pictures, texts, and from
names of labels.

What was made is told on standard error; standard output has only what the next step needs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from smgt import prepare
from smgt._connection import Connection, reaching
from smgt._delivery import Destination, destination, progress_bar, tell, write
from smgt._errors import InvalidInput

app = typer.Typer(
    no_args_is_help=True,
    help="Inputs: a clip from frames or video, a manifest of pictures or texts, a label category "
    "file.",
)

OUT = Path("out/prepared")

Bucket = Annotated[
    str | None,
    typer.Option(
        "--bucket-prefix",
        help="Where in S3 all files of it are to lie. By default s3://<the stack's input "
        "bucket>/<name>.",
        metavar="s3://BUCKET/PREFIX",
    ),
]
Upload = Annotated[bool, typer.Option("--upload", help="Bring the files there now.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many frames.")]
Name = Annotated[
    str | None,
    typer.Option(help="What it is to be called; by default as the folder or (first) file is."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help=f"Folder for what is made (default: {OUT}/<name>).", metavar="DIR"),
]


@app.command()
@reaching
def frames(
    connection: Connection,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the frames.")],
    bucket_prefix: Bucket = None,
    every: Annotated[int, typer.Option(min=1, help="Take every n-th frame.")] = 1,
    limit: Limit = None,
    upload: Upload = False,
    name: Name = None,
    out: Out = None,
) -> None:
    """Make a folder of frames one video clip: its sequence file, and the manifest that leads to it.

    Frames are .jpg or .png files whose names sort as they count; pictures that are no frames of one
    film are for `smgt prepare images`. Prints the manifest's address, which is a job's
    inputManifestS3Uri.
    """
    name = name or _plain(folder.resolve().name)
    found = prepare.frames(folder, every=every, limit=limit)
    with destination(connection, bucket_prefix, name, upload) as there:
        _deliver_clip(found, name, out or OUT / name, there)
    tell("For pictures that are labeled one by one there is `smgt prepare images`.")


@app.command()
@reaching
def images(
    connection: Connection,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the pictures.")],
    bucket_prefix: Bucket = None,
    upload: Upload = False,
    name: Name = None,
    out: Out = None,
) -> None:
    """Make a manifest of single pictures, for the image modalities.

    Takes all .jpg, .jpeg and .png files in the folder and the folders in it, in the order of their
    names. Prints the manifest's address, which is a job's inputManifestS3Uri.
    """
    name = name or _plain(folder.resolve().name, "images")
    with destination(connection, bucket_prefix, name, upload) as there:
        made = prepare.images(folder, prefix=there.prefix, name=name)
        what = f"{_count(made.objects, 'picture')}, each labeled by itself; the manifest is in"
        elsewhere = f"The pictures belong to {made.prefix}images/, the manifest to {made.prefix}."
        _deliver(made, what, elsewhere, out or OUT / name, there)


@app.command()
@reaching
def texts(
    connection: Connection,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files of UTF-8 text.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="Each file is one text; else each line is one.")
    ] = False,
    bucket_prefix: Bucket = None,
    upload: Upload = False,
    name: Name = None,
    out: Out = None,
) -> None:
    """Make a manifest of texts, for text classification and named entities.

    Empty lines are left out. Prints the manifest's address, which is a job's inputManifestS3Uri.
    """
    name = name or _plain(files[0].stem, "texts")
    with destination(connection, bucket_prefix, name, upload) as there:
        made = prepare.texts(files, prefix=there.prefix, name=name, whole=whole)
        what = f"{_count(made.objects, 'text')}; the manifest is in"
        _deliver(made, what, f"The manifest belongs to {made.prefix}.", out or OUT / name, there)


@app.command()
@reaching
def video(
    connection: Connection,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A clip: mp4, mov, mkv, …")],
    fps: Annotated[float, typer.Option(help="Frames to take of each second.")],
    bucket_prefix: Bucket = None,
    limit: Limit = None,
    upload: Upload = False,
    name: Name = None,
    out: Out = None,
) -> None:
    """Take frames out of a video, and make them a clip as `smgt prepare frames` does.

    The frames are written to the folder `frames` of --out.
    """
    name = name or _plain(file.stem)
    out = out or OUT / name
    with destination(connection, bucket_prefix, name, upload) as there:
        with progress_bar("Taking frames") as progress:
            found = prepare.video_frames(
                file, to=out / "frames", fps=fps, limit=limit, progress=progress
            )
        _deliver_clip(found, name, out, there)


@app.command()
@reaching
def labels(
    connection: Connection,
    names: Annotated[list[str], typer.Argument(metavar="LABEL...", help="The labels' names.")],
    kind: Annotated[
        str,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="What workers do. In video frames: BoundingBox, Polyline, Polygon, Keypoint; in "
            "point clouds: Cuboid, Points; in images: ImageBox, Mask; Classes of images, texts or "
            "videos; Entities in texts.",
        ),
    ],
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            help="Asked of each object: NAME=VALUE,VALUE for a choice, NAME for a text. Can be "
            "given several times.",
            metavar="NAME[=VALUE,…]",
        ),
    ] = None,
    instruction: Annotated[str, typer.Option(help="What workers always see.")] = "",
    full_instruction: Annotated[str, typer.Option(help="What they see when they ask.")] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="File to write; else it is printed."),
    ] = None,
    bucket_prefix: Annotated[
        str | None,
        typer.Option(
            "--bucket-prefix",
            help="With --upload: where in S3 the file is to lie, under its own name. By default "
            "s3://<the stack's input bucket>/labels.",
            metavar="s3://BUCKET/PREFIX",
        ),
    ] = None,
    upload: Annotated[bool, typer.Option("--upload", help="Bring the file there now.")] = False,
) -> None:
    """Make a label category file: the labels, and what workers do with them.

    With --upload prints its address, which is a job's labelCategoryConfigS3Uri.
    """
    document = prepare.label_categories(
        names,
        annotation_type=prepare.known_type(kind),
        short_instruction=instruction,
        full_instruction=full_instruction,
        attributes=dict(map(_attribute, attribute or ())),
    )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        if upload:
            raise InvalidInput("Give --out: in S3 the label category file gets that file's name.")
        return typer.echo(text, nl=False)
    write(out, text)
    tell(f"Written to {out}.")
    if not upload:
        return None
    with destination(connection, bucket_prefix, "labels", upload=True) as there:
        addresses = there.upload({out.name: text})
    return typer.echo(addresses[out.name])


def _deliver_clip(found: list[Path], name: str, out: Path, there: Destination) -> None:
    clip = prepare.clip(found, prefix=there.prefix, name=name)
    span = found[0].name if len(found) == 1 else f"{found[0].name} to {found[-1].name}"
    what = f"{_count(len(found), 'frame')}, {span}: one video clip, which is in"
    elsewhere = f"The frames belong to {clip.prefix}frames/, the two files to {clip.prefix}."
    _deliver(clip, what, elsewhere, out, there)


def _deliver(
    made: prepare.Clip | prepare.Dataset, what: str, elsewhere: str, out: Path, there: Destination
) -> None:
    """Write the documents, bring all of it to S3 if asked, and print what a job names."""
    for file, text in made.documents.items():
        write(out / file, text)
    tell(f"{what} {out}.")
    if there.client:
        there.upload(made.files)
        tell(f"All of it lies below {made.prefix} now.")
    else:
        tell(f"Nothing was uploaded; --upload does. {elsewhere}")
    typer.echo(made.manifest_uri)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _attribute(given: str) -> tuple[str, list[str]]:
    name, has_values, values = given.partition("=")
    return name.strip(), [value.strip() for value in values.split(",")] if has_values else []


def _plain(name: str, otherwise: str = "clip") -> str:
    """A name that needs no care in S3."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or otherwise
