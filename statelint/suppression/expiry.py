"""Days until which a finding is accepted."""

from __future__ import annotations

import datetime


def is_day(text: str) -> bool:
    """Whether a text is a day as `2027-01-31`."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def has_expired(until: str, today: str) -> bool:
    """Whether a day is over; neither none nor what is no day ever is."""
    return is_day(until) and until < today
