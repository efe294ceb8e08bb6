"""`smgt export`: labels on disk, written in the formats of others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from labeling.errors import LabelingError
from labeling.model import ExportFormat
from smgt._errors import InvalidInput, NotConfigured
from smgt._export_sources import Source

if TYPE_CHECKING:
    from labeling.exporting import Report

_SIZE = re.compile(r"([1-9][0-9]{0,5})x([1-9][0-9]{0,5})")


def export(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A merged data set (data.jsonl) or the output manifest of a job."
        ),
    ],
    form: Annotated[
        ExportFormat,
        typer.Option("--format", case_sensitive=False, help="The format to write."),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder for the files; new or empty.")
    ],
    size: Annotated[
        str | None,
        typer.Option(
            help="How large pictures are that do not know it: those of clips, mostly.",
            metavar="WIDTHxHEIGHT",
        ),
    ] = None,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class",
            help="Class that gets the next class id, from the first; all others follow. Can be "
            "given several times.",
            metavar="NAME",
        ),
    ] = None,
    attributes: Annotated[
        list[str] | None,
        typer.Option(
            "--attribute",
            help="Label attribute to take of a manifest, instead of that of its own job. Can be "
            "given several times.",
            metavar="NAME",
        ),
    ] = None,
) -> None:
    """Write labels in the formats of others, and say what those cannot hold.

    Label files and masks are looked for beside FILE: in `labels/`, where `smgt batch outputs`
    puts them, or under the names that they have in S3. Needs no AWS. Exit code 1 when there is
    nothing to write.
    """
    from labeling.exporting import Folder, Options, writer
    from labeling.exporting import export as write
    from labeling.labels import PictureSize

    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.")
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise InvalidInput(f"{to} is there already: --to takes a new or an empty folder.")
    match = _SIZE.fullmatch(size) if size else None
    if size and not match:
        raise InvalidInput(f"--size {size} is no size: give it as 1920x1080.")
    pictures = PictureSize(width=int(match[1]), height=int(match[2])) if match else None
    try:
        writer(form)
    except ImportError as error:
        raise NotConfigured(f"For {form} install `smgt-workflows[export]` ({error}).") from error
    source = Source(file, tuple(attributes or ()))
    options = Options(size=pictures, classes=tuple(classes or ()), fetch=source.fetch)
    try:
        report = write(form, source.objects(), Folder(to), options)
    except LabelingError as error:
        raise InvalidInput(str(error)) from error
    except OSError as error:
        raise InvalidInput(f"{error.filename or to}: {error.strerror}.") from error
    _tell(report, to, source.notes)
    # Parquet holds what custom jobs say of an object, which is no annotation.
    if not report.annotations and not (form is ExportFormat.PARQUET and report.objects):
        _nothing(report)


def _tell(report: Report, to: Path, notes: list[str]) -> None:
    """What was written on standard output, what was not on standard error."""
    kinds = ", ".join(f"{count} × {kind}" for kind, count in report.annotations.items())
    typer.echo(
        f"{report.format}: {_counted(report.files, 'file')} in {to}, "
        f"{_counted(report.frames, 'frame')} of {_counted(report.objects, 'object')}, "
        f"{_counted(sum(report.annotations.values()), 'annotation')}"
        + (f" ({kinds})" if kinds else "")
        + (f", {_counted(report.tracks, 'track')}" if report.tracks else "")
    )
    errors = Console(stderr=True)
    for note in notes:
        errors.print(note, markup=False, highlight=False, soft_wrap=True)
    for missing in report.not_held:
        said = f"not in it: {missing.count} × {missing.what}: {missing.why}; {missing.example}"
        errors.print(said, markup=False, highlight=False, soft_wrap=True)


def _nothing(report: Report) -> None:
    sizes = any("size" in missing.why for missing in report.not_held)
    hint = " Say how large the pictures are with --size WIDTHxHEIGHT." if sizes else ""
    text = f"No annotation was written.{hint}"
    Console(stderr=True).print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
