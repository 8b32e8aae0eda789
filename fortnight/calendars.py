"""`fortnight calendar check`: every connected calendar held against the sessions, in words for an operator."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from calendar_sync.google.reconcile import Report, reconcile
from fortnight.compose import google, real_now
from fortnight.secret import keyring_of
from fortnight.settings import Settings
from models.unit import Database

_FAILURES: Final = {
    "googleNotConfigured": "no Google is set for it (FORTNIGHT_GOOGLE_CLIENT_ID; of a sandbox FORTNIGHT_GOOGLE_SANDBOX_URL, "
    "or a running fortnight serve over the same data folder)",
    "invalid_grant": "its owner's consent is no longer good, and they were asked to connect it again",
    "delegationEnded": "the Workspace no longer lets the service account act for its owner",
}
"""What an operator can do something about, in words; what else Google answers is told as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is said of all calendars, and whether anything is wrong."""

    lines: tuple[str, ...]
    is_wrong: bool


def check(settings: Settings, database: Database, organisations: Sequence[int], *, repair: bool) -> Checked:
    """The connected calendars of these organisations, compared; with `repair`, pushes that put them right are due now."""
    calendars = google(settings, keyring_of(settings))
    found = [
        (organisation, report)
        for organisation in organisations
        for report in reconcile(database, calendars, organisation, repair=repair, real_now=real_now())
    ]
    lines = [line for organisation, report in found for line in _said(organisation, report)]
    wrong = any(report.failure is not None or len(report.drift) > report.repaired for _, report in found)
    return Checked(lines=tuple(lines) or ("no calendar is connected",), is_wrong=wrong)


def _said(organisation: int, report: Report) -> Iterator[str]:
    who = f"organisation {organisation}, person {report.person_id}"
    if report.failure is not None:
        yield f"{who}: the calendar could not be read: {_FAILURES.get(report.failure, report.failure)}"
    elif not report.drift and not report.waiting:
        yield f"{who}: {report.sessions} sessions, all as they should be"
    for one in report.drift:
        what = (
            f"session {one.session_id}" if one.proposal_id is None else f"the time held for proposal {one.proposal_id}"
        )
        yield f"{who}: {what} of {one.starts_at:%Y-%m-%dT%H:%MZ}: {one.what}"
    if report.waiting:
        yield f"{who}: {report.waiting} pushes were on their way already"
    if report.repaired:
        yield f"{who}: {report.repaired} pushes are due now"
