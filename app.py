"""The CDK app: the CDK CLI runs it, and `python app.py` alone writes cdk.out."""

import os
from pathlib import Path

from stacks.app import build, check, new_app

app = new_app(outdir=Path(os.environ.get("CDK_OUTDIR", "cdk.out")))
build(app)
check(app)
app.synth()
