"""When an EventBridge schedule fires: `rate(5 minutes)`, `cron(0 12 ? * MON-FRI *)`.

EventBridge's guide, "Setting a schedule pattern for scheduled rules (legacy)". Cron fields are
minutes, hours, day of month, month, day of week (1 is Sunday), year; all in UTC. `L`, `W` and `#`
are not supported.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
_DAYS = "SUN MON TUE WED THU FRI SAT"
MONTHS = {name: number for number, name in enumerate(_MONTHS.split(), 1)}
DAYS = {name: number for number, name in enumerate(_DAYS.split(), 1)}
LAST_YEAR = 2199


def next_time(expression: str, after: datetime) -> datetime | None:
    """The first time later than `after`; None when there is none any more.

    Raises:
        ValueError: the expression is not a schedule.
    """
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", expression):
        number, unit, plural = int(match[1]), match[2], match[3]
        if number < 1 or (number == 1) == bool(plural):
            raise ValueError(f"{expression!r}: one minute, but two minutes")
        return after + number * timedelta(**{f"{unit}s": 1})
    if match := re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression):
        return _next_match(match.groups(), after)
    raise ValueError(f"{expression!r} is neither rate(value unit) nor cron(six fields)")


def _next_match(fields: tuple[str, ...], after: datetime) -> datetime | None:
    minutes = _values(fields[0], 0, 59)
    hours = _values(fields[1], 0, 23)
    month_days = _values(fields[2], 1, 31)
    months = _values(fields[3], 1, 12, MONTHS)
    week_days = _values(fields[4], 1, 7, DAYS)
    years = _values(fields[5], 1970, LAST_YEAR)
    if "?" not in (fields[2], fields[4]):
        raise ValueError("one of day of month and day of week has to be ?")

    moment = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while moment.year <= max(years):
        midnight = moment.replace(hour=0, minute=0)
        if moment.year not in years or moment.month not in months:
            moment = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        elif moment.day not in month_days or moment.isoweekday() % 7 + 1 not in week_days:
            moment = midnight + timedelta(days=1)
        elif moment.hour not in hours:
            moment = moment.replace(minute=0) + timedelta(hours=1)
        elif moment.minute not in minutes:
            moment += timedelta(minutes=1)
        else:
            return moment
    return None


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> set[int]:
    def number(text: str) -> int:
        value = (names or {}).get(text.upper()) or int(text)
        if not low <= value <= high:
            raise ValueError(f"{text} is not between {low} and {high}")
        return value

    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = low, high
        elif "-" in span:
            first, last = (number(text) for text in span.split("-"))
        else:
            first = number(span)
            last = high if step else first
        values.update(range(first, last + 1, int(step or 1)))
    return values
