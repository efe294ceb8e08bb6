"""Turn `lambdas/` into one Lambda asset for arm64: no Docker, no network.

The wheels of requirements/lambda.txt lie in .build/wheels (`make setup` fetches them there); they
are unpacked beside our own package. The versions are part of the asset's hash, so that a new
version is deployed although no line of ours has changed.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import jsii
from aws_cdk import BundlingOptions, ILocalBundling
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "lambdas"
REQUIREMENTS = ROOT / "requirements" / "lambda.txt"
WHEELS = ROOT / ".build" / "wheels"

ARCHITECTURE = lambda_.Architecture.ARM_64
RUNTIME = lambda_.Runtime.PYTHON_3_13
PYTHON_VERSION = "3.13"
PLATFORM = "aarch64-manylinux2014"
NOT_CODE = ["**/__pycache__", "**/*.pyc", "**/.DS_Store"]


def labeling_code() -> lambda_.Code:
    """The asset that all functions share."""
    requirements_hash = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return lambda_.Code.from_asset(
        str(SOURCE),
        exclude=NOT_CODE,
        bundling=BundlingOptions(
            image=RUNTIME.bundling_image,  # asked for by CDK, never pulled
            local=_LocalBundling(),  # type: ignore[arg-type]  # aws/aws-cdk#38321
            environment={"REQUIREMENTS": requirements_hash},
        ),
    )


def bundle(output: Path) -> None:
    """Write the content of the asset into `output`, which may exist and be empty.

    Raises CalledProcessError when a wheel is missing from .build/wheels or has another hash than
    the lock says.
    """
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet"),
            *("--target", str(output)),
            *("--python-platform", PLATFORM, "--python-version", PYTHON_VERSION),
            *("--offline", "--no-index", "--find-links", str(WHEELS)),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *("--requirement", str(REQUIREMENTS)),
        ],
        check=True,
        stdout=sys.stderr,
    )
    shutil.rmtree(output / "bin", ignore_errors=True)  # scripts with this machine's paths
    ignored = shutil.ignore_patterns(*(pattern.removeprefix("**/") for pattern in NOT_CODE))
    shutil.copytree(SOURCE, output, dirs_exist_ok=True, ignore=ignored)


@jsii.implements(ILocalBundling)
class _LocalBundling:
    def try_bundle(self, output_dir: str, options: BundlingOptions, /) -> bool:
        bundle(Path(output_dir))
        return True


if __name__ == "__main__":
    target = Path(sys.argv[1])
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    bundle(target)
