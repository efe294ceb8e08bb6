"""The app, synthesized once as somebody without an AWS account and without a network would."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stacks.template import Template

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Assembly:
    """What `python app.py` wrote, and what it said."""

    directory: Path
    output: str

    @property
    def template(self) -> Template:
        return Template.read(self.directory / "smgt-workflow.template.json")

    @property
    def assets(self) -> list[Path]:
        """The directories that become the functions' code, the smaller one first."""
        files = json.loads((self.directory / "smgt-workflow.assets.json").read_text())["files"]
        found = [
            self.directory / str(code["source"]["path"])
            for code in files.values()
            if code["source"]["packaging"] == "zip"
        ]
        return sorted(found, key=lambda asset: (asset / "numpy").is_dir())

    def asset_of(self, function: str) -> Path:
        """What is deployed as the code of a function, by the name of its handler's module."""
        key = self.template.functions[function]["Code"]["S3Key"]
        [asset] = [asset for asset in self.assets if asset.name == f"asset.{key.split('.')[0]}"]
        return asset


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    home = tmp_path_factory.mktemp("home")
    directory = tmp_path_factory.mktemp("assembly")
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={
            "PATH": os.defpath,
            "HOME": str(home),
            "CDK_OUTDIR": str(directory),
            # the CDK CLI says where it is logged in; the template must not depend on it
            "CDK_DEFAULT_ACCOUNT": "111122223333",
            "CDK_DEFAULT_REGION": "ap-south-1",
            # a way out that leads nowhere
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return Assembly(directory, done.stdout)


@pytest.fixture(scope="session")
def template(assembly: Assembly) -> Template:
    return assembly.template
