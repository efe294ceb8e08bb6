"""The app: which stacks exist. `app.py` builds it for the CDK CLI, others call `synth`."""

import json
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from stacks.config import Config
from stacks.workflow_stack import WorkflowStack

ROOT = Path(__file__).resolve().parents[1]
STACK_NAME = "smgt-workflow"


def new_app(*, outdir: Path | None = None, bundle: bool = True) -> App:
    """An app with the feature flags of cdk.json, which only the CLI would read by itself.

    With `bundle=False` the functions' asset is the bare package: enough to read the template.
    """
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    skip: dict[str, list[str]] = {} if bundle else {"aws:cdk:bundling-stacks": []}
    return App(
        analytics_reporting=False,
        context={**flags, **skip},
        outdir=str(outdir) if outdir else None,
    )


def build(app: App, config: Config | None = None) -> WorkflowStack:
    """Put the stacks into the app; without a config, as the context (`-c`) asks."""
    return WorkflowStack(app, STACK_NAME, config=config or Config.from_context(app.node))


def check(app: App) -> None:
    """Let synthesis fail on a finding of cdk-nag that nobody has acknowledged with a reason."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def synth(outdir: Path, *, config: Config | None = None, bundle: bool = False) -> Path:
    """Write the templates and asset manifests to `outdir`; returns the workflow's template."""
    app = new_app(outdir=outdir, bundle=bundle)
    stack = build(app, config)
    app.synth()
    return outdir / stack.template_file
