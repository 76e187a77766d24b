"""Converts signals to plain data for JSON columns and back, without loss. Never here: what a signal means.

JSON has no dates, and an invoice number may look like one: a date in the evidence becomes ``{"date": …}``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scoring.assessment import Assessment, Evidence, Signal
from scoring.vocabulary import ALARM_SIGNALS

PackedSignal = Mapping[str, Any]
"""What `pack` returns."""
PackedByClient = Mapping[int, Sequence[PackedSignal]]


def pack_open(assessment: Assessment) -> list[PackedSignal]:
    """Convert the signals of an assessment that are stored, those soon or in breach."""
    return [pack(signal) for signal in assessment.signals if signal.state in {"soon", "breach"}]


def pack(signal: Signal) -> dict[str, Any]:
    """Convert a signal to plain data."""
    return {
        "name": signal.name,
        "state": signal.state,
        "severity": signal.severity,
        "subject": signal.subject,
        "level": signal.level,
        "since": signal.since and signal.since.isoformat(),
        "evidence": _pack_evidence(signal.evidence),
        "next_step": signal.next_step,
        "effort": signal.effort,
        "until": signal.until and signal.until.isoformat(),
        "kind": signal.kind,
    }


def unpack(data: Mapping[str, Any]) -> Signal:
    """Convert the result of `pack` back to a signal."""
    return Signal(
        name=data["name"],
        state=data["state"],
        severity=data["severity"],
        subject=data["subject"],
        level=data["level"],
        since=_day(data["since"]),
        evidence=unpack_evidence(data["evidence"]),
        next_step=data["next_step"],
        effort=data["effort"],
        until=_day(data["until"]),
        is_to_do=data.get("kind") == "to_do" and data["name"] in ALARM_SIGNALS,  # of others it goes without saying
    )


def _pack_evidence(evidence: Evidence) -> dict[str, Any]:
    """Convert a signal's evidence to plain data."""
    return {key: {"date": value.isoformat()} if isinstance(value, date) else value for key, value in evidence.items()}


def unpack_evidence(data: Mapping[str, Any]) -> Evidence:
    """Convert the result of `_pack_evidence` back to evidence."""
    return {key: _day(value["date"]) if isinstance(value, dict) else value for key, value in data.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
