"""Service Quotas: the quotas of labeling jobs, as the twin of Ground Truth has them.

moto knows quotas of VPC only.
"""

from __future__ import annotations

from typing import Any

from moto.servicequotas import models, urls
from moto.servicequotas.models import ServiceQuotasBackend

from emulator.mends import sagemaker

SERVICE = "sagemaker"
RUNNING_JOBS = "L-150039CA"
STREAMING_JOBS = "L-C3E706F6"
WORK_TEAMS = "L-1BAEE5A7"


class Backend(ServiceQuotasBackend):
    """moto's quotas, and those of Ground Truth that can be raised."""

    _url_module = urls

    def get_service_quota(self, service_code: str, quota_code: str) -> dict[str, Any]:
        """Raises moto's NoSuchResource for a quota that nobody here has."""
        if service_code != SERVICE or quota_code not in self._quotas():
            quota: dict[str, Any] = super().get_service_quota(service_code, quota_code)
            return quota
        name, value = self._quotas()[quota_code]
        place = f"{self.region_name}:{self.account_id}"
        return {
            "ServiceCode": SERVICE,
            "ServiceName": "Amazon SageMaker",
            "QuotaArn": f"arn:aws:servicequotas:{place}:{SERVICE}/{quota_code}",
            "QuotaCode": quota_code,
            "QuotaName": name,
            "Value": float(value),
            "Unit": "None",
            "Adjustable": True,
            "GlobalQuota": False,
        }

    def _quotas(self) -> dict[str, tuple[str, int]]:
        limits = sagemaker.limits(self.account_id, self.region_name)
        return {
            RUNNING_JOBS: ("Maximum number of concurrent labeling jobs", limits.running_jobs),
            STREAMING_JOBS: ("Maximum number of concurrent streaming labeling jobs", 0),
            WORK_TEAMS: ("Number of work teams", limits.work_teams),
        }


def install() -> None:
    """Replace moto's backend."""
    models.servicequotas_backends.backend = Backend
