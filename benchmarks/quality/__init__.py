"""How well the checks on tracks find faults: `make bench-quality`."""
