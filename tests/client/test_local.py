"""What `smgt local up` makes of its options, before anything is started."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from smgt.cli import main
from smgt.local import app


@pytest.mark.parametrize("pace", ["fast", "30 s", "-1s", "1d", "s"])
def test_a_pace_that_is_no_time_is_refused_with_what_one_looks_like(pace: str) -> None:
    result = CliRunner().invoke(app, ["up", f"--pace={pace}"])

    assert result.exit_code == 2
    assert "write 30s, 5m or 1h" in " ".join(result.output.replace("│", " ").split())


def test_a_pace_without_workers_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["local", "up", "--workers", "none", "--pace", "30s"]) == 2
    assert "--pace is that of scripted workers" in capsys.readouterr().err
