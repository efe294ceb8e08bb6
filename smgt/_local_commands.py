"""`smgt local …`, imported only when it is called: the local cloud takes a second to load."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


class LocalGroup(TyperGroup):
    """The commands of `smgt.local`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return _commands().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return _commands().get_command(ctx, cmd_name)


def _commands() -> TyperGroup:
    return typer.main.get_group(import_module("smgt.local").app)


app = typer.Typer(
    cls=LocalGroup, no_args_is_help=True, help="The whole system on this machine, without AWS."
)
