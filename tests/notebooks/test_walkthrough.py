"""The walkthrough, run from top to bottom against a local cloud of this test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks" / "walkthrough.ipynb"


@pytest.fixture(scope="module")
def source() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def executed(
    source: nbformat.NotebookNode,
    local_endpoints: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> nbformat.NotebookNode:
    """The notebook with outputs, its parameters set to the local cloud."""
    notebook = nbformat.from_dict(source)
    parameters = {
        "local_endpoints": str(local_endpoints),
        "out_folder": str(tmp_path_factory.mktemp("out")),
    }
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in tags(cell))
    notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(given))
    where: Any = {"metadata": {"path": str(NOTEBOOK.parent)}}
    client = NotebookClient(notebook, timeout=120, resources=where)
    return client.execute(env={**os.environ, "PYTHONPATH": str(ROOT)})


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def output_of(notebook: nbformat.NotebookNode, code: str) -> str:
    """What the cell with this code printed or showed."""
    cell = next(c for c in notebook.cells if c.cell_type == "code" and code in c.source)
    return "".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.outputs
    )


def test_the_notebook_is_kept_without_outputs(source: nbformat.NotebookNode) -> None:
    code = [cell for cell in source.cells if cell.cell_type == "code"]

    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_the_notebook_uses_the_client_alone(source: nbformat.NotebookNode) -> None:
    imports = {
        line.split()[1].partition(".")[0]
        for cell in source.cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imports == {"smgt", "uuid"}


def test_every_job_of_the_batch_is_labeled(executed: nbformat.NotebookNode) -> None:
    jobs = output_of(executed, "for job in batch.jobs").splitlines()

    assert [line.split()[1:3] for line in jobs] == [["COMPLETE", "1/1"]] * 4


def test_workers_are_told_where_to_sign_in(executed: nbformat.NotebookNode) -> None:
    portal, first, second = output_of(executed, "client.workforce()").splitlines()

    assert portal.startswith("https://")
    assert first.startswith("level 1: smgt-workflow-first-level")
    assert second.startswith("level 2 and above: smgt-workflow-second-level")


def test_the_labels_are_drawn(executed: nbformat.NotebookNode) -> None:
    cell = next(c for c in executed.cells if "contact_sheet(\n" in c.source)

    assert any("image/png" in output.get("data", {}) for output in cell.outputs)


def test_the_inputs_are_cleaned_up(executed: nbformat.NotebookNode) -> None:
    assert output_of(executed, "client.storage.remove") == "23"
