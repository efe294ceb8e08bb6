"""Ids like the service's: digits that cannot be guessed, or the same ones in every run."""

import random
import secrets
from threading import Lock


class RandomIds:
    """Ids as the service makes them."""

    def hexadecimal(self, digits: int) -> str:
        return secrets.token_hex((digits + 1) // 2)[:digits]


class SeededIds:
    """The same ids in the same order, run after run."""

    def __init__(self, seed: str = "") -> None:
        self._random = random.Random(seed)
        self._lock = Lock()

    def hexadecimal(self, digits: int) -> str:
        with self._lock:
            return f"{self._random.getrandbits(4 * digits):0{digits}x}"
