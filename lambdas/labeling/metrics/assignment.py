"""The best one-to-one pairing of rows and columns: exact, in numpy alone.

Scores of tracks are defined by optimal pairings (Hungarian algorithm), and must not depend on who
computes them. SciPy, which has a solver, is larger than the room that a Lambda has left, and the
small packages with compiled solvers break ties otherwise, which changes scores where labels are
doubled. So this is the algorithm that SciPy uses, with its order of steps and its ties: shortest
augmenting paths (D. F. Crouse, "On implementing 2D rectangular assignment algorithms", IEEE
Transactions on Aerospace and Electronic Systems 52, 2016). One step looks at a whole row at once.

Most frames need no search: where each row has a best column of its own, that is the answer.
"""

from __future__ import annotations

import numpy as np

from labeling.quality.tracks import Floats, Ints

# What the best of a row must be ahead by: far more than rounding can do to a sum of scores.
CLEAR_LEAD = 1e-9


def best_pairs(scores: Floats) -> tuple[Ints, Ints]:
    """The rows and columns of the pairing with the largest sum of scores, by row.

    `scores` are finite and not negative; 0 says that two do not belong together, and such pairs
    are left out. Of several best pairings, it is the one that `scipy.optimize.
    linear_sum_assignment` finds for the same scores.
    """
    if scores.size == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    obvious = _obvious(scores)
    if obvious is not None:
        return obvious
    turned = _obvious(scores.T)
    if turned is not None:
        order = np.argsort(turned[1])
        return turned[1][order], turned[0][order]
    rows, columns = optimal(-scores)
    apart = scores[rows, columns] > 0
    return rows[apart], columns[apart]


def _obvious(scores: Floats) -> tuple[Ints, Ints] | None:
    """The best column of each row, where no two rows want the same and none could want another."""
    best = scores.argmax(axis=1)
    most = scores.max(axis=1)
    rows = np.flatnonzero(most > 0)
    columns = best[rows]
    if np.bincount(columns, minlength=1).max(initial=0) > 1:
        return None
    near = scores[rows] >= (most[rows] - CLEAR_LEAD)[:, None]
    if np.count_nonzero(near) > len(rows):
        return None
    return rows, columns


def optimal(costs: Floats) -> tuple[Ints, Ints]:
    """Each row with its column, or each column with its row where there are fewer, such that the
    sum of finite `costs` is least. Sorted by row."""
    if costs.shape[0] > costs.shape[1]:
        columns, rows = optimal(costs.T)
        order = np.argsort(rows)
        return rows[order], columns[order]
    return np.arange(costs.shape[0]), _Search(np.ascontiguousarray(costs)).run()


class _Search:
    """The pairing so far: the column of each row, the row of each column (-1: none), and the
    prices that prove it to be the best (dual variables)."""

    def __init__(self, costs: Floats) -> None:
        self._costs = costs
        self._of_row = np.full(costs.shape[0], -1)
        self._of_column = np.full(costs.shape[1], -1)
        self._row_price = np.zeros(costs.shape[0])
        self._column_price = np.zeros(costs.shape[1])

    def run(self) -> Ints:
        for row in range(len(self._of_row)):
            if not self._takes_free_column(row):
                self._augment(row)
        return self._of_row

    def _takes_free_column(self, row: int) -> bool:
        """The first step of `_augment`, which is its last one for most rows."""
        reach = self._costs[row] - self._column_price
        least = reach.min()
        tied = np.flatnonzero(reach == least)
        free = tied[self._of_column[tied] < 0]
        if not len(free):
            return False
        self._row_price[row] = least
        self._of_row[row] = free[0]
        self._of_column[free[0]] = row
        return True

    def _augment(self, start: int) -> None:
        """Gives `start` a column, moving other rows on along the cheapest path to a free one."""
        width = len(self._of_column)
        # From the back, and with the last one in the place of one taken: ties depend on the order.
        remaining = np.arange(width)[::-1].copy()
        shortest = np.full(width, np.inf)
        came_from = np.full(width, -1)
        rows: list[int] = []
        columns: list[int] = []
        least = 0.0
        row = start
        while row >= 0:
            rows.append(row)
            reach = (
                least
                + self._costs[row, remaining]
                - self._row_price[row]
                - self._column_price[remaining]
            )
            nearer = reach < shortest[remaining]
            changed = remaining[nearer]
            shortest[changed] = reach[nearer]
            came_from[changed] = row
            ahead = shortest[remaining]
            least = ahead.min()
            tied = np.flatnonzero(ahead == least)
            free = tied[self._of_column[remaining[tied]] < 0]
            at = free[-1] if len(free) else tied[0]
            column = int(remaining[at])
            columns.append(column)
            remaining[at] = remaining[-1]
            remaining = remaining[:-1]
            row = int(self._of_column[column])
        self._row_price[start] += least
        others = np.array(rows[1:], np.int64)
        self._row_price[others] += least - shortest[self._of_row[others]]
        self._column_price[columns] -= least - shortest[columns]
        while row != start:
            row = int(came_from[column])
            self._of_column[column] = row
            column, self._of_row[row] = int(self._of_row[row]), column
