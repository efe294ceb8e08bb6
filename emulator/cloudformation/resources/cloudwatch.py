"""Alarms and dashboards."""

from emulator.cloudformation.resource_type import Properties, ResourceType


class Alarm(ResourceType):
    """An alarm on a metric."""

    name = "AWS::CloudWatch::Alarm"
    properties = frozenset(
        {
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "DatapointsToAlarm",
            "Dimensions",
            "EvaluateLowSampleCountPercentile",
            "EvaluationPeriods",
            "ExtendedStatistic",
            "InsufficientDataActions",
            "MetricName",
            "Metrics",
            "Namespace",
            "OKActions",
            "Period",
            "Statistic",
            "Tags",
            "Threshold",
            "TreatMissingData",
            "Unit",
        }
    )
    immutable = frozenset({"AlarmName"})
    attributes = frozenset({"Arn"})

    def create(self, properties: Properties) -> str:
        name = properties.get("AlarmName") or self.place.generated_name(255)
        self.update(name, properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "cloudwatch", "put_metric_alarm", **{**properties, "AlarmName": physical_id}
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        self.place.call("cloudwatch", "delete_alarms", AlarmNames=[physical_id])

    def attribute(self, physical_id: str, properties: Properties, name: str) -> str:
        return f"arn:aws:cloudwatch:{self.place.region}:{self.place.account_id}:alarm:{physical_id}"


class Dashboard(ResourceType):
    """A dashboard."""

    name = "AWS::CloudWatch::Dashboard"
    properties = frozenset({"DashboardBody", "DashboardName"})
    immutable = frozenset({"DashboardName"})

    def create(self, properties: Properties) -> str:
        name = properties.get("DashboardName") or self.place.generated_name(255)
        self.update(name, properties, {})
        return str(name)

    def update(self, physical_id: str, properties: Properties, previous: Properties) -> None:
        self.place.call(
            "cloudwatch",
            "put_dashboard",
            DashboardName=physical_id,
            DashboardBody=properties["DashboardBody"],
        )

    def delete(self, physical_id: str, properties: Properties) -> None:
        cloudwatch = self.place.client("cloudwatch")
        try:
            cloudwatch.delete_dashboards(DashboardNames=[physical_id])
        except cloudwatch.exceptions.DashboardNotFoundError:
            return


RESOURCE_TYPES = (Alarm, Dashboard)
