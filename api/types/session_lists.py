"""The lists of a session: its ledger, its money, its history; each is read for a whole page of sessions at once."""

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.describe import output
from api.types.entitlement import ENTRIES, LedgerEntry, ledger_connection
from api.types.history import HISTORY, HistoryEntry, history_entry
from api.types.money_entry import MONEY, MoneyEntry, money_connection
from api.types.session_base import SessionBase
from models.queries.views import history_of_sessions, ledger_of_sessions, money_of_sessions
from policy.explain import sentence_of


@output
class SessionLists(SessionBase):
    """What a session has led to."""

    @strawberry.field
    def ledger_entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[LedgerEntry]:
        """What happened to credits because of it, in the order in which it was written."""
        part = window(ENTRIES, first, after, last, before)
        pages = self.siblings.ask(("ledger", part), lambda keys: ledger_of_sessions(info.context.unit, keys, part))
        return ledger_connection(pages[self.row.id], part)

    @strawberry.field
    def money_entries(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[MoneyEntry]:
        """What is due because of it: as staff everything, else what is due from or to yourself."""
        part = window(MONEY, first, after, last, before)
        mine = info.context.reader
        pages = self.siblings.ask(
            ("money", part), lambda keys: money_of_sessions(info.context.unit, keys, part, person_id=mine)
        )
        return money_connection(pages[self.row.id], part)

    @strawberry.field
    def history(
        self,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Connection[HistoryEntry]:
        """What happened to it, the first thing first, each with who did it and which rule decided."""
        part = window(HISTORY, first, after, last, before)
        pages = self.siblings.ask(("history", part), lambda keys: history_of_sessions(info.context.unit, keys, part))
        reader = self.reader(info.context)
        return connection(pages[self.row.id], HISTORY, part, lambda row: history_entry(row, sentence_of(row, reader)))
