"""The fields of Query, one question per file."""

import strawberry

from api.connections import Connection
from api.describe import output
from api.queries.audit import audit_trail
from api.queries.availability import coach_availability, holidays, terms
from api.queries.can_book import can_book
from api.queries.can_invite import can_invite, can_request_booking
from api.queries.coach_profile import coach_profile
from api.queries.connected_calendars import connected_calendars
from api.queries.earnings import earnings
from api.queries.node import node, nodes
from api.queries.openings import openings
from api.queries.operator import api_keys, contracts
from api.queries.own import organisation, viewer
from api.queries.people import engagements, people
from api.queries.person_checks import can_deactivate_person, can_reactivate_person, can_update_person
from api.queries.policies import policies, policy, policy_check, policy_diff
from api.queries.policy_trial import policy_trial
from api.queries.preview_series import preview_series
from api.queries.rate_limit import rate_limit
from api.queries.readings import readings
from api.queries.sessions import sessions
from api.queries.set_aside import set_aside_work
from api.queries.statement import statement
from api.queries.verb_checks import (
    PaymentCheck,
    PayoutCheck,
    can_make_request,
    can_mark_earnings_paid,
    can_record_payment,
    can_record_receipt,
)
from api.types.action_check import ActionCheck
from api.types.api_key import ApiKey
from api.types.audit import AuditEntry
from api.types.availability import CoachAvailability, Holiday, Term
from api.types.calendar import ConnectedCalendar
from api.types.coach_profile import CoachProfile
from api.types.contract import Contract
from api.types.due_work import DueWork
from api.types.earning import Earning
from api.types.engagement import Engagement
from api.types.node import Node
from api.types.openings import Opening
from api.types.organisation import Organisation
from api.types.person_check import PersonCheck
from api.types.person_record import PersonRecord
from api.types.policy import PolicyVersion
from api.types.policy_check import PolicyCheck, PolicyDiff
from api.types.policy_trial import PolicyTrial
from api.types.rate_limit import RateLimit
from api.types.reading import Reading
from api.types.series_plan import SeriesPlan
from api.types.session import Session
from api.types.statement import Statement
from api.types.verb_check import VerbCheck
from api.types.viewer import Viewer


@output
class Query:
    """What can be asked. Everything is answered as of one instant, after every deadline that has passed by then."""

    node: Node | None = strawberry.field(resolver=node)
    nodes: list[Node | None] = strawberry.field(resolver=nodes)
    viewer: Viewer | None = strawberry.field(resolver=viewer)
    organisation: Organisation | None = strawberry.field(resolver=organisation)
    policies: Connection[PolicyVersion] | None = strawberry.field(resolver=policies)
    policy: PolicyVersion | None = strawberry.field(resolver=policy)
    policy_diff: PolicyDiff | None = strawberry.field(resolver=policy_diff)
    policy_check: PolicyCheck | None = strawberry.field(resolver=policy_check)
    policy_trial: PolicyTrial | None = strawberry.field(resolver=policy_trial)
    sessions: Connection[Session] | None = strawberry.field(resolver=sessions)
    earnings: Connection[Earning] | None = strawberry.field(resolver=earnings)
    statement: Statement | None = strawberry.field(resolver=statement)
    can_record_payment: PaymentCheck | None = strawberry.field(resolver=can_record_payment)
    can_record_receipt: VerbCheck | None = strawberry.field(resolver=can_record_receipt)
    can_mark_earnings_paid: PayoutCheck | None = strawberry.field(resolver=can_mark_earnings_paid)
    can_make_request: VerbCheck | None = strawberry.field(resolver=can_make_request)
    can_book: ActionCheck | None = strawberry.field(resolver=can_book)
    can_invite: ActionCheck | None = strawberry.field(resolver=can_invite)
    can_request_booking: ActionCheck | None = strawberry.field(resolver=can_request_booking)
    coach_profile: CoachProfile | None = strawberry.field(resolver=coach_profile)
    preview_series: SeriesPlan | None = strawberry.field(resolver=preview_series)
    openings: Connection[Opening] | None = strawberry.field(resolver=openings)
    coach_availability: CoachAvailability | None = strawberry.field(resolver=coach_availability)
    holidays: list[Holiday] | None = strawberry.field(resolver=holidays)
    terms: list[Term] | None = strawberry.field(resolver=terms)
    engagements: Connection[Engagement] | None = strawberry.field(resolver=engagements)
    people: Connection[PersonRecord] | None = strawberry.field(resolver=people)
    can_update_person: PersonCheck | None = strawberry.field(resolver=can_update_person)
    can_deactivate_person: PersonCheck | None = strawberry.field(resolver=can_deactivate_person)
    can_reactivate_person: PersonCheck | None = strawberry.field(resolver=can_reactivate_person)
    contracts: Connection[Contract] | None = strawberry.field(resolver=contracts)
    api_keys: Connection[ApiKey] | None = strawberry.field(resolver=api_keys)
    set_aside_work: Connection[DueWork] | None = strawberry.field(resolver=set_aside_work)
    connected_calendars: Connection[ConnectedCalendar] | None = strawberry.field(resolver=connected_calendars)
    audit_trail: Connection[AuditEntry] | None = strawberry.field(resolver=audit_trail)
    readings: Connection[Reading] | None = strawberry.field(resolver=readings)
    rate_limit: RateLimit | None = strawberry.field(resolver=rate_limit)


__all__ = ["Query"]
