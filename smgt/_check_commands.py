"""`smgt check`: what the quality checks say of files of labels on disk. Asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from smgt._errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from smgt.checks import Checked

Pixels = Annotated[
    float | None,
    typer.Option(min=1, help="Of the pictures, in pixels, where a file does not tell."),
]


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="SeqLabel.json, output manifest (its label files are looked for beside it), "
            "merged data set (data.jsonl), COCO or MOT Challenge file, packed with gzip or not.",
        ),
    ],
    width: Pixels = None,
    height: Pixels = None,
    frames: Annotated[
        Path | None,
        typer.Option(help="Folder with the pictures, to be shown in the page.", metavar="DIR"),
    ] = None,
    attribute: Annotated[
        str | None,
        typer.Option(
            help="Of a manifest, only this label attribute; of a merged data set, only this layer.",
            metavar="NAME",
        ),
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write all findings as JSON.", metavar="OUT")
    ] = None,
    html_out: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots.", metavar="OUT")
    ] = None,
    fail_above: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Exit with 1 if a finding is more severe.", metavar="SEVERITY"
        ),
    ] = None,
) -> None:
    """Check the labels in files for mistakes: tracks that jump, break or change their size, boxes
    that are there twice, outlines that cross themselves, …

    Exits with 0, whatever is found, unless --fail-above says otherwise; with 2 if something could
    not be read.
    """
    checks = _checks()
    if (width is None) != (height is None):
        raise InvalidInput("Give --width and --height together.")
    picture = (width, height) if width is not None and height is not None else None
    pictures = checks.FrameFolder(frames) if frames else None
    if picture is None and pictures is not None:
        picture = pictures.size()
    given = checks.Given(picture=picture, attribute=attribute)
    checked: list[Checked] = []
    unread: list[str] = []
    for file in files:
        try:
            checked.append(checks.check(checks.read(file, given)))
        except InvalidInput as error:
            unread.append(str(error))
    console = Console()
    if checked:
        console.print(checks.summary(checked), crop=False, markup=False, highlight=False)
    if json_out:
        _write(json_out, checks.written(checks.document(checked)))
    if html_out:
        _write(html_out, checks.page(checked, pictures))
    for said in unread:
        text = checks.plain(f"smgt: {said}")
        Console(stderr=True).print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    if unread or any(one.source.unreadable for one in checked):
        raise typer.Exit(2)
    if fail_above is not None and any(
        checks.severity(finding) > fail_above for one in checked for _, finding in one.findings
    ):
        raise typer.Exit(1)


def _checks() -> Any:
    """The checks, imported only when they are called: numpy takes its time to load."""
    try:
        from smgt import checks
    except ModuleNotFoundError as error:
        raise NotConfigured(
            f"To check labels install `smgt-workflows[check]` ({error})."
        ) from error
    return checks


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from error
