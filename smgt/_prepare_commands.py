"""`smgt prepare …`: files that jobs begin with, made from frames, from video, from names of labels.

What was made is told on standard error; standard output has only what the next step needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from smgt import prepare
from smgt._client import Client
from smgt._connection import Connection, reaching
from smgt._errors import InvalidInput
from smgt._storage import Content

app = typer.Typer(
    no_args_is_help=True, help="Inputs: a clip from frames or video, a label category file."
)

OUT = Path("out/prepared")

Bucket = Annotated[
    str | None,
    typer.Option(
        "--bucket-prefix",
        help="Where in S3 all files of the clip are to lie. By default s3://<the stack's input "
        "bucket>/<name>.",
        metavar="s3://BUCKET/PREFIX",
    ),
]
Upload = Annotated[bool, typer.Option("--upload", help="Bring the files there now.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many frames.")]
Name = Annotated[
    str | None, typer.Option(help="The clip's name; by default that of the folder or file.")
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
    """Make a folder of frames a clip: its sequence file, and the manifest that leads to it.

    Frames are .jpg or .png files whose names sort as they count. Prints the manifest's address,
    which is a job's inputManifestS3Uri.
    """
    name = name or _plain(folder.resolve().name)
    found = prepare.frames(folder, every=every, limit=limit)
    with _destination(connection, bucket_prefix, name, upload) as there:
        _deliver(found, name, out or OUT / name, there)


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
    with _destination(connection, bucket_prefix, name, upload) as there:
        with _progress("Taking frames") as progress:
            found = prepare.video_frames(
                file, to=out / "frames", fps=fps, limit=limit, progress=progress
            )
        _deliver(found, name, out, there)


@app.command()
@reaching
def labels(
    connection: Connection,
    names: Annotated[list[str], typer.Argument(metavar="LABEL...", help="The labels' names.")],
    kind: Annotated[
        prepare.AnnotationType,
        typer.Option(
            "--type",
            case_sensitive=False,
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
    bucket_prefix: Bucket = None,
    upload: Upload = False,
) -> None:
    """Make a label category file: the labels, and what workers do with them.

    With --upload prints its address, which is a job's labelCategoryConfigS3Uri.
    """
    document = prepare.label_categories(
        names,
        annotation_type=kind,
        short_instruction=instruction,
        full_instruction=full_instruction,
        attributes=dict(map(_attribute, attribute or ())),
    )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        if upload:
            raise InvalidInput("Give --out: in S3 the label category file gets that file's name.")
        return typer.echo(text, nl=False)
    _write(out, text)
    _tell(f"Written to {out}.")
    if not upload:
        return None
    with _destination(connection, bucket_prefix, "labels", upload=True) as there:
        addresses = there.upload({out.name: text})
    return typer.echo(addresses[out.name])


@dataclass(frozen=True)
class _Destination:
    """Where files are to lie in S3, and, if they are to be brought there, the client that does."""

    prefix: str
    client: Client | None

    def upload(self, files: Mapping[str, Content]) -> dict[str, str]:
        assert self.client is not None
        with _progress("Uploading") as progress:
            return self.client.storage.upload(files, to=self.prefix, progress=progress)


@contextmanager
def _destination(
    connection: Connection, prefix: str | None, name: str, upload: bool
) -> Iterator[_Destination]:
    """Asks nobody when all is said and nothing is to be uploaded."""
    if prefix and not upload:
        yield _Destination(prefix, None)
        return
    with connection.client() as client:
        where = prefix or f"s3://{client.input_bucket}/{name}"
        yield _Destination(where, client if upload else None)


def _deliver(found: list[Path], name: str, out: Path, there: _Destination) -> None:
    """Write the clip's documents, bring all of it to S3 if asked, and print what a job names."""
    clip = prepare.clip(found, prefix=there.prefix, name=name)
    for file, text in clip.documents.items():
        _write(out / file, text)
    _tell(f"{len(found)} frames, {found[0].name} to {found[-1].name}; the clip is in {out}.")
    if there.client:
        there.upload(clip.files)
        _tell(f"All of it lies below {clip.prefix} now.")
    else:
        _tell(
            f"Nothing was uploaded; --upload does. The frames belong to {clip.prefix}frames/, the "
            f"two files to {clip.prefix}."
        )
    typer.echo(clip.manifest_uri)


def _attribute(given: str) -> tuple[str, list[str]]:
    name, has_values, values = given.partition("=")
    return name.strip(), [value.strip() for value in values.split(",")] if has_values else []


def _plain(name: str) -> str:
    """A name that needs no care in S3."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "clip"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error


def _tell(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
