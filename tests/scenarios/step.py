"""One step of a scenario: what it left behind in the database, in Google, and in the mailboxes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.scenarios import footprint
from tests.scenarios.expected import Tables, assert_changed_only, together
from tests.scenarios.records import Difference

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage

Json = dict[str, Any]
Entry = tuple[str, int, str]
Amount = tuple[str, str, int]
Named = tuple[str, str]

BOOK_KEEPING = {
    "due_work", "event", "event_person", "idempotency_key", "person", "resolved_policy",
    "google_connection", "google_event", "google_hold", "google_series",
}  # fmt: skip
"""What every change leaves: the log and its numbers, what is due by it, and what was pushed."""


@dataclass
class Step:
    """What one step of a scenario left behind; filled when its `with` block ends."""

    stage: "Stage"
    difference: Difference = field(init=False)
    google_calls: list[str] = field(init=False)

    @property
    def ledger(self) -> list[Entry]:
        """New ledger entries as (kind, units, lot), the lot as its kind and first month, or RETURN and its end."""
        return [(row["kind"], row["units"], self.stage.lot_name(row)) for row in self.difference.added("ledger_entry")]

    @property
    def money(self) -> list[Amount]:
        """New money entries as (kind, person, minor units)."""
        return [
            (row["kind"], self.stage.name_of(row["person_id"]), row["minor_units"])
            for row in self.difference.added("money_entry")
        ]

    @property
    def mails(self) -> list[Named]:
        """New messages as (recipient, code), sorted."""
        rows = self.difference.added("notification")
        return sorted((self.stage.name_of(row["recipient_id"]), row["code"]) for row in rows)

    @property
    def rows(self) -> dict[str, str]:
        """In every table in which anything is different, how many rows are new (`+2`), otherwise (`~1`) or gone (`-1`); without the book-keeping."""
        return {name: self._rows(name) for name in self.difference.touched - BOOK_KEEPING}

    def _rows(self, table: str) -> str:
        counts = {
            "+": len(self.difference.added(table)),
            "~": len(self.difference.changed(table)),
            "-": len(self.difference.removed(table)),
        }
        return " ".join(f"{sign}{number}" for sign, number in counts.items() if number)

    def assert_nothing_happened(self) -> None:
        """Not a row is different and Google was not asked for anything."""
        assert self.difference.touched == set()
        assert self.google_calls == []

    def changed_only(self, *tables: Tables) -> None:
        """The step changed exactly what these say together, row by row, and nothing else of the organisation."""
        assert_changed_only(self.difference, together(*tables))

    def only_booked(self, session: Json, *, by: str, ledger: Sequence[Entry], mails: Sequence[Named]) -> None:
        """A session was booked with these entries and messages, and nothing else happened."""
        self._assert_said(ledger, [], mails)
        self.changed_only(footprint.booked(self, session, by=by, ledger=ledger, mails=mails))
        self._assert_called(session["coach"]["name"], ["events.insert"])

    def only_cancelled(
        self,
        session: str,
        *,
        by: str,
        reason: str | None,
        disposition: str | None,
        ledger: Sequence[Entry],
        mails: Sequence[Named],
        money: Sequence[Amount] = (),
        fault: str = "member",
        late: bool = False,
        on_behalf_of: str | None = None,
        undecided: str | None = None,
    ) -> None:
        """A session was cancelled on these terms, and nothing else happened; `undecided`: by this claim, its reason to be stated."""
        self._assert_said(ledger, money, mails)
        self.changed_only(
            footprint.cancelled(
                self,
                session,
                by=by,
                reason=reason,
                disposition=disposition,
                fault=fault,
                late=late,
                on_behalf_of=on_behalf_of,
                undecided=undecided,
                ledger=ledger,
                money=money,
                mails=mails,
            )
        )
        self._assert_called(self._coach_of(session), ["events.list", "events.delete"])

    def only_moved(
        self,
        session: str,
        to: str,
        until: str,
        *,
        by: str,
        mails: Sequence[Named],
        ledger: Sequence[Entry] = (),
        reason: str = "CLIENT_MOVED",
        late: bool = False,
        unconfirmed: bool = False,
    ) -> None:
        """A session was moved to `[to, until)`, and nothing else happened."""
        self._assert_said(ledger, [], mails)
        self.changed_only(
            footprint.moved(
                self,
                session,
                to,
                until,
                by=by,
                reason=reason,
                late=late,
                unconfirmed=unconfirmed,
                ledger=ledger,
                mails=mails,
            )
        )
        self._assert_called(self._coach_of(session), ["events.get", "events.patch"])

    def _assert_said(self, ledger: Sequence[Entry], money: Sequence[Amount], mails: Sequence[Named]) -> None:
        assert self.ledger == list(ledger)
        assert self.money == list(money)
        assert self.mails == sorted(mails)

    def _assert_called(self, coach: str, calls: list[str]) -> None:
        """Google was asked for exactly this, apart from access tokens; nothing where no calendar is connected."""
        connected = coach in self.stage.connected
        assert self.google_calls == (calls if connected else [])

    def _coach_of(self, session: str) -> str:
        row = self.difference.after.one("session", id=self.stage.theatre.local_id(session))
        return self.stage.name_of(row["coach_id"])
