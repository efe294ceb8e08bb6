"""Turn `lambdas/` into two Lambda assets for arm64: no Docker, no network.

Both hold our whole package, and the wheels of requirements/lambda.txt. `analysis` has those of
requirements/analysis.txt as well, for the functions that check, merge and export labels: unpacked,
they are five times as large. The wheels lie in .build/wheels (`make setup` fetches them there). The
versions are part of an asset's hash, so that a new version is deployed although no line of ours has
changed.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jsii
from aws_cdk import BundlingOptions, ILocalBundling
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "lambdas"
REQUIREMENTS = ROOT / "requirements"
WHEELS = ROOT / ".build" / "wheels"

ARCHITECTURE = lambda_.Architecture.ARM_64
RUNTIME = lambda_.Runtime.PYTHON_3_13
PYTHON_VERSION = "3.13"
PLATFORM = "aarch64-manylinux_2_28"  # Lambda runs Python 3.13 on Amazon Linux 2023, glibc 2.34
NOT_CODE = ["**/__pycache__", "**/*.pyc", "**/.DS_Store"]

# What these wheels hold for others than who runs them: 80 MB.
NOT_RUN = (
    "*/tests",
    "numpy/f2py",
    "PIL/_avif.*",
    "PIL/_imagingft.*",
    "pillow.libs/libavif-*",
    "pyarrow/include",
    "pyarrow/src",
    "pyarrow/_flight.*",
    "pyarrow/libarrow_flight.*",
    "pyarrow/_s3fs.*",
    "pyarrow/libarrow_python_flight.*",
    "pyarrow/libarrow_s3.*",
    # twice the same again: wheels have no links
    "pyarrow/libarrow_python.so",
    "pyarrow/libarrow_python.so.*.*.*",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.pxi",
    "**/*.pyi",
)


@dataclass(frozen=True)
class Asset:
    """What is unpacked beside our package: the wheels of these files in requirements/."""

    name: str
    requirements: tuple[str, ...]

    @property
    def locks(self) -> list[Path]:
        return [REQUIREMENTS / name for name in self.requirements]


LABELING = Asset("labeling", ("lambda.txt",))
ANALYSIS = Asset("analysis", ("lambda.txt", "analysis.txt"))
ASSETS = (LABELING, ANALYSIS)


def code_of(asset: Asset) -> lambda_.Code:
    """The asset as functions take it."""
    locks = b"".join(lock.read_bytes() for lock in asset.locks)
    return lambda_.Code.from_asset(
        str(SOURCE),
        exclude=NOT_CODE,
        bundling=BundlingOptions(
            image=RUNTIME.bundling_image,  # asked for by CDK, never pulled
            local=_LocalBundling(asset),  # type: ignore[arg-type]  # aws/aws-cdk#38321
            environment={"REQUIREMENTS": hashlib.sha256(locks).hexdigest()},
        ),
    )


def bundle(asset: Asset, output: Path) -> None:
    """Write the content of the asset into `output`, which may exist and be empty.

    Raises CalledProcessError when a wheel is missing from .build/wheels or has another hash than
    the lock says.
    """
    locks = [part for lock in asset.locks for part in ("--requirement", str(lock))]
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
            *("--target", str(output)),
            *("--python-platform", PLATFORM, "--python-version", PYTHON_VERSION),
            *("--offline", "--no-index", "--find-links", str(WHEELS)),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *locks,
        ],
        check=True,
        stdout=sys.stderr,
    )
    shutil.rmtree(output / "bin", ignore_errors=True)  # scripts with this machine's paths
    _leave_out(output, NOT_RUN)
    ignored = shutil.ignore_patterns(*(pattern.removeprefix("**/") for pattern in NOT_CODE))
    shutil.copytree(SOURCE, output, dirs_exist_ok=True, ignore=ignored)


def _leave_out(output: Path, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        for path in sorted(output.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@jsii.implements(ILocalBundling)
class _LocalBundling:
    def __init__(self, asset: Asset) -> None:
        self._asset = asset

    def try_bundle(self, output_dir: str, options: BundlingOptions, /) -> bool:
        bundle(self._asset, Path(output_dir))
        return True


if __name__ == "__main__":
    for made in ASSETS:
        target = Path(sys.argv[1]) / made.name
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        bundle(made, target)
