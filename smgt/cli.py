"""The `smgt` command.

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 the batch
ended otherwise than COMPLETE, its plan has errors, or `check` found worse than its limit; 2 wrong
command line, input or configuration; 3 the API, S3 or SQS refused; 4 no answer; 130 interrupted.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import httpx
import typer
from rich.console import Console

from smgt import (
    _batch_commands,
    _check_commands,
    _export_commands,
    _local_commands,
    _prepare_commands,
    _queue_commands,
    _upload_commands,
)
from smgt._connection import Connection, EndpointUrl, Local, Region, Stack
from smgt._errors import InvalidInput, NotConfigured, SmgtError, Unavailable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Labeling pipelines of many levels: prepare inputs, plan and create batches, watch them, "
    "take their labels home.",
    epilog="Exit codes: 0 done, 1 the batch did not end COMPLETE or its plan has errors, "
    "2 wrong input or configuration, 3 refused, 4 no answer, 130 interrupted.",
)
app.add_typer(_batch_commands.app, name="batch")
app.add_typer(_prepare_commands.app, name="prepare")
app.add_typer(_queue_commands.app, name="queue")
app.add_typer(_local_commands.app, name="local")
app.command()(_export_commands.export)
app.command()(_check_commands.check)
app.command()(_upload_commands.upload)


@app.callback()
def smgt(
    context: typer.Context,
    stack: Stack = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    region: Region = None,
) -> None:
    context.obj = Connection(
        stack=stack, endpoint_url=endpoint_url, local=local, region=region, **context.obj
    )


def main(
    arguments: Sequence[str] | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Run the command; returns its exit code. `transport` and `sleep` are the client's."""
    try:
        app(args=arguments, obj={"transport": transport, "sleep": sleep})
    except SmgtError as error:
        Console(stderr=True).print(
            f"smgt: {error}", style="red", markup=False, highlight=False, soft_wrap=True
        )
        return exit_code(error)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else int(bool(exit_.code))
    return 0


def exit_code(error: SmgtError) -> int:
    if isinstance(error, NotConfigured | InvalidInput):
        return 2
    return 4 if isinstance(error, Unavailable) else 3


if __name__ == "__main__":
    sys.exit(main())
