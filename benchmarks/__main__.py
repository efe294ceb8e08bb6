"""`python -m benchmarks [--quick] [row ...]`: print the table, write out/bench/bench.json."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    aws_calls,
    cold_start,
    endings,
    large_batches,
    many_batches,
    merge,
    plan_manifest,
    show_batch,
    slow_objects,
)
from benchmarks.figures import Figure, show, write

OUT = Path("out/bench/bench.json")
ROWS: Mapping[str, Callable[..., list[Figure]]] = {
    "calls": aws_calls.figures,
    "large": large_batches.figures,
    "many": many_batches.figures,
    "cold-start": cold_start.figures,
    "show": show_batch.figures,
    "endings": endings.figures,
    "merge": merge.figures,
    "plan": plan_manifest.figures,
    "slow": slow_objects.figures,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, few repetitions")
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], help="only these")
    chosen = parser.parse_args(arguments)
    figures = []
    for name in chosen.rows or ROWS:
        print(f"{name} …", file=sys.stderr, flush=True)
        figures += ROWS[name](quick=chosen.quick)
    show(figures)
    write(figures, OUT, quick=chosen.quick)
    print(f"Written to {OUT}")
    return 1 if any(figure.reached is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
