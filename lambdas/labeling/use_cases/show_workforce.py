"""Who labels, and where they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labeling.ports import Workforce


def show_workforce(teams: Mapping[str, str], *, workforce: Workforce) -> dict[str, Any]:
    """The work teams, given as what each is for and its ARN."""
    found = {purpose: workforce.team(arn) for purpose, arn in teams.items()}
    return {
        "workerPortalUrl": next(iter(found.values())).portal_url,
        "workteams": [
            {
                "workteamName": team.name,
                "workteamArn": team.arn,
                "levels": purpose,
                "members": list(team.members),
            }
            for purpose, team in found.items()
        ],
    }
