"""The kept template of the local cloud."""

import shutil
from pathlib import Path

import pytest

from stacks import synthesized
from tests.stacks.conftest import Assembly


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assembly: Assembly) -> Path:
    """A small repository whose synthesis copies a template that is there already."""
    for directory in ("stacks", "statemachine", "requirements"):
        (tmp_path / directory).mkdir()
    (tmp_path / "stacks" / "storage.py").write_text("one = 1")
    monkeypatch.setattr(synthesized, "ROOT", tmp_path)
    monkeypatch.setattr(synthesized, "KEPT", tmp_path / "kept")

    def synth(outdir: Path, **_: object) -> None:
        shutil.copy(assembly.directory / "smgt-workflow.template.json", outdir)

    monkeypatch.setattr("stacks.app.synth", synth)
    return tmp_path


def test_a_template_is_synthesized_once(repository: Path) -> None:
    first = synthesized.template()
    written = first.stat().st_mtime_ns

    assert synthesized.template() == first
    assert first.stat().st_mtime_ns == written


def test_a_changed_construct_is_synthesized_again(repository: Path) -> None:
    before = synthesized.template()

    (repository / "stacks" / "storage.py").write_text("one = 2")

    assert synthesized.template() != before


def test_another_number_of_levels_is_another_template(repository: Path) -> None:
    assert synthesized.template(levels=5) != synthesized.template(levels=3)


def test_two_processes_at_once_end_with_one_template(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = synthesized.template()
    kept = template.parent

    synthesized._synthesize(kept, levels=3)  # a second process that started before it was there

    assert synthesized.template() == template
    assert template.exists()
