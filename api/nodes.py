"""Objects by their ids: for each type of node, how those are read that the caller may see."""

from collections.abc import Callable, Mapping, Sequence

from api.context import Operation
from api.ids import parse_id
from api.types.api_key import api_key
from api.types.audit import visible_audit
from api.types.calendar_question import visible_questions
from api.types.case import visible_cases
from api.types.contract import contract
from api.types.earning import visible_earnings
from api.types.engagement import engagement
from api.types.entitlement import entitlements, ledger_entries
from api.types.history import history_entry
from api.types.kind import session_kind
from api.types.membership import membership, time_off
from api.types.membership_request import visible_membership_requests
from api.types.money_entry import money_entries
from api.types.node import Node
from api.types.notes import visible_items, visible_notes
from api.types.notification import notification
from api.types.organisation import organisation
from api.types.person import person
from api.types.person_record import person_records
from api.types.policy import policy_version
from api.types.proposal import visible_proposals
from api.types.reading import visible_readings
from api.types.sanction import visible_stops
from api.types.series import visible_series
from api.types.session import visible_sessions
from api.types.session_base import reader_of
from api.types.task import visible_tasks
from api.types.thread import visible_threads
from api.types.viewer import viewer
from models.queries.acquaintances import visible_memberships, visible_people, visible_times_off
from models.queries.operator import api_keys_of_ids, contracts_of_ids, engagements_of_ids, people_of_ids
from models.queries.policies import kinds_of_ids, versions_of_ids
from models.queries.views import history_of_ids, ledger_of_ids, lots_of_ids, money_of_ids, notification_of_id
from policy.explain import sentence_of

Found = Mapping[int, Node]
Read = Callable[[Operation, Sequence[int]], Found]


def read_nodes(operation: Operation, ids: Sequence[str]) -> list[Node | None]:
    """The objects of these ids in their order; None for an id that is none, is unknown, or is not for the caller."""
    wanted: dict[str, set[int]] = {}
    parsed = [parse_id(text) for text in ids]
    for one in parsed:
        if one is not None and one[0] in READERS:
            wanted.setdefault(one[0], set()).add(one[1])
    found = {name: READERS[name](operation, sorted(keys)) for name, keys in wanted.items()}
    return [None if one is None else found.get(one[0], {}).get(one[1]) for one in parsed]


def read_node(operation: Operation, text: str) -> Node | None:
    """The object of this id, if there is one that the caller may see."""
    return read_nodes(operation, [text])[0]


def _people(operation: Operation, keys: Sequence[int]) -> Found:
    rows = visible_people(operation.unit, keys, reader=operation.reader)
    return {key: person(row.id, row.name, row.zone) for key, row in rows.items()}


def _kinds(operation: Operation, keys: Sequence[int]) -> Found:
    return {key: session_kind(row.id, row.code, row.name) for key, row in kinds_of_ids(operation.unit, keys).items()}


def _versions(operation: Operation, keys: Sequence[int]) -> Found:
    return {key: policy_version(row) for key, row in versions_of_ids(operation.unit, keys).items()}


def _memberships(operation: Operation, keys: Sequence[int]) -> Found:
    rows = visible_memberships(operation.unit, keys, reader=operation.reader)
    return {key: membership(row) for key, row in rows.items()}


def _times_off(operation: Operation, keys: Sequence[int]) -> Found:
    rows = visible_times_off(operation.unit, keys, reader=operation.reader)
    return {key: time_off(row) for key, row in rows.items()}


def _engagements(operation: Operation, keys: Sequence[int]) -> Found:
    rows = engagements_of_ids(operation.unit, keys)
    return {
        key: engagement(row) for key, row in rows.items() if operation.reader in (None, row.member_id, row.coach_id)
    }


def _person_records(operation: Operation, keys: Sequence[int]) -> Found:
    return person_records(people_of_ids(operation.unit, keys)) if operation.reader is None else {}


def _contracts(operation: Operation, keys: Sequence[int]) -> Found:
    if operation.reader is not None:
        return {}
    return {key: contract(row) for key, row in contracts_of_ids(operation.unit, keys).items()}


def _api_keys(operation: Operation, keys: Sequence[int]) -> Found:
    if operation.reader is not None:
        return {}
    return {key: api_key(row) for key, row in api_keys_of_ids(operation.unit, keys).items()}


def _entitlements(operation: Operation, keys: Sequence[int]) -> Found:
    rows = lots_of_ids(operation.unit, keys)
    return entitlements({key: row for key, row in rows.items() if operation.reader in (None, row.member_id)})


def _ledger(operation: Operation, keys: Sequence[int]) -> Found:
    found = ledger_of_ids(operation.unit, keys)
    return ledger_entries(
        {key: row for key, row in found.items() if operation.reader in (None, row.member_id, row.coach_id)}
    )


def _money(operation: Operation, keys: Sequence[int]) -> Found:
    found = money_of_ids(operation.unit, keys)
    return money_entries(
        {
            key: row
            for key, row in found.items()
            if operation.reader is None or (operation.reader == row.person_id and row.contract_id is None)
        }
    )


def _history(operation: Operation, keys: Sequence[int]) -> Found:
    rows = history_of_ids(operation.unit, keys)
    readers = {key: reader_of(operation, row) for key, row in rows.items()}
    return {
        key: history_entry(rows[key], sentence_of(rows[key], reader))
        for key, reader in readers.items()
        if reader is not None
    }


def _notifications(operation: Operation, keys: Sequence[int]) -> Found:
    rows = {key: notification_of_id(operation.unit, key) for key in keys}
    mine = operation.actor.person_id
    return {key: notification(row) for key, row in rows.items() if row is not None and row.recipient_id == mine}


def _viewer(operation: Operation, keys: Sequence[int]) -> Found:
    mine = operation.actor.person_id
    return {mine: viewer(operation)} if mine is not None and mine in keys else {}


def _organisation(operation: Operation, keys: Sequence[int]) -> Found:
    own = operation.actor.organisation_id
    return {own: organisation(operation)} if own in keys else {}


READERS: dict[str, Read] = {
    "Task": visible_tasks,
    "BookingStop": visible_stops,
    "MembershipRequest": visible_membership_requests,
    "Thread": visible_threads,
    "Session": visible_sessions,
    "Series": visible_series,
    "Proposal": visible_proposals,
    "SessionCase": visible_cases,
    "Person": _people,
    "SessionKind": _kinds,
    "PolicyVersion": _versions,
    "Membership": _memberships,
    "TimeOff": _times_off,
    "Engagement": _engagements,
    "PersonRecord": _person_records,
    "Contract": _contracts,
    "ApiKey": _api_keys,
    "Entitlement": _entitlements,
    "LedgerEntry": _ledger,
    "MoneyEntry": _money,
    "Note": visible_notes,
    "ActionItem": visible_items,
    "Earning": visible_earnings,
    "HistoryEntry": _history,
    "Notification": _notifications,
    "CalendarQuestion": visible_questions,
    "AuditEntry": visible_audit,
    "Reading": visible_readings,
    "Viewer": _viewer,
    "Organisation": _organisation,
}
