"""What the package offers is what it says it offers."""

from __future__ import annotations

import inspect

import smgt
from smgt import _errors


def test_public_names_are_sorted_and_exist() -> None:
    assert sorted(smgt.__all__) == smgt.__all__
    assert all(hasattr(smgt, name) for name in smgt.__all__)


def test_every_error_is_public_and_drawn_in_the_tree() -> None:
    tree = (_errors.__doc__ or "").split("\n\n", 1)[1]
    errors = [name for name, kind in vars(_errors).items()
              if inspect.isclass(kind) and issubclass(kind, Exception)]  # fmt: skip

    assert set(errors) <= set(smgt.__all__)
    assert all(name in tree for name in errors)
