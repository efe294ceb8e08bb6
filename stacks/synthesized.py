"""The template as the local cloud deploys it, synthesized only when something has changed.

Synthesis takes some seconds, most of them to start Node; what it reads is in the repository, so
its result is kept under a hash of that. Nothing here imports aws-cdk-lib unless it has to.
"""

import hashlib
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "cdk.out" / "local"
SOURCES = (
    "stacks/*.py",
    "statemachine/*.py",
    "lambdas/labeling/task_types.json",
    "cdk.json",
    "requirements/lambda.txt",
    "requirements/analysis.txt",
)


def assembly(levels: int = 3) -> Path:
    """A directory as `cdk synth` writes it, for so many levels, without a bundled asset.

    The functions' code in it is a copy of `lambdas/` from when it was synthesized: whoever runs
    the handlers in place does not read it.
    """
    kept = KEPT / _hash(levels)
    if not kept.exists():
        _synthesize(kept, levels)
    return kept


def template(levels: int = 3) -> Path:
    """The template of `WorkflowStack` in that directory."""
    [found] = assembly(levels).glob("*.template.json")
    return found


def _hash(levels: int) -> str:
    digest = hashlib.sha256(f"{levels} {version('aws-cdk-lib')}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _synthesize(kept: Path, levels: int) -> None:
    from stacks.app import synth
    from stacks.config import Config

    kept.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=kept.parent))
    synth(work, config=Config(levels=levels))
    try:
        work.rename(kept)
    except OSError:  # another process was faster, with the same result
        if not kept.exists():
            raise
