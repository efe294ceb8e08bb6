"""The three scores of tracks together, as they stand in answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from labeling.metrics.clear import Clear, clear
from labeling.metrics.hota import ALPHAS, Hota, hota
from labeling.metrics.identity import Identity, identity
from labeling.metrics.overlaps import Boxes, overlaps


@dataclass(frozen=True, eq=False)
class Scores:
    """HOTA, identity and CLEAR MOT of the same boxes. Sums of scores are those of all sequences or
    classes together, each box with the same weight."""

    hota: Hota
    identity: Identity
    clear: Clear

    def __add__(self, other: Scores) -> Scores:
        return Scores(
            self.hota + other.hota, self.identity + other.identity, self.clear + other.clear
        )

    def as_answer(self, *, tracked: bool = True) -> dict[str, Any]:
        """Numbers by their usual names; HOTA and its parts are means over the limits, with those
        at each limit under `perAlpha`.

        Without any box, scores are null. So are, where labels have no identities (`tracked` is
        False), all that judge identities.
        """
        clear, identity = self.clear, self.identity
        some = clear.tp + clear.fn + clear.fp > 0
        tracked = tracked and some
        parts = {
            "HOTA": self.hota.hota if tracked else None,
            "DetA": self.hota.det_a if some else None,
            "AssA": self.hota.ass_a if tracked else None,
            "LocA": self.hota.loc_a if some else None,
        }
        return {
            **{name: None if part is None else float(part.mean()) for name, part in parts.items()},
            "perAlpha": {
                "alpha": [round(alpha, 2) for alpha in ALPHAS.tolist()],
                **{name: None if part is None else part.tolist() for name, part in parts.items()},
            },
            "IDF1": identity.idf1 if tracked else None,
            "IDP": identity.idp if tracked else None,
            "IDR": identity.idr if tracked else None,
            "IDTP": identity.idtp if tracked else None,
            "IDFP": identity.idfp if tracked else None,
            "IDFN": identity.idfn if tracked else None,
            "MOTA": clear.mota if some else None,
            "MOTP": clear.motp if some else None,
            "TP": clear.tp,
            "FP": clear.fp,
            "FN": clear.fn,
            "IDSW": clear.idsw if tracked else None,
            "MT": clear.mt if tracked else None,
            "PT": clear.pt if tracked else None,
            "ML": clear.ml if tracked else None,
            "Frag": clear.frag if tracked else None,
        }


def scores(truth: Boxes, judged: Boxes) -> Scores:
    """The scores of judged boxes against true ones."""
    sequence = overlaps(truth, judged)
    return Scores(hota(sequence), identity(sequence), clear(sequence))
