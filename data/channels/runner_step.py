"""What one step of a channel tells the runner."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ChannelStep:
    """What one step of a channel did.

    problem   a sentence: something hinders the channel although it goes on (an alarm)
    refused   a sentence: something that was sent could not be taken (no alarm)
    """

    accepted: int = 0
    rejected: int = 0
    problem: str = ""
    refused: str = ""
    lag_seconds: float | None = 0.0
    watermark: dict[str, Any] | None = None
