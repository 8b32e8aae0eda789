"""The fields of Mutation, one verb per file: input, command and result union side by side."""

import strawberry

from api.describe import output
from api.mutations.add_coach import add_coach
from api.mutations.add_person import add_person
from api.mutations.add_time_off import add_time_off
from api.mutations.advance_test_clock import advance_test_clock
from api.mutations.book_session import book_session
from api.mutations.cancel_session import cancel_session
from api.mutations.confirm_new_time import confirm_new_time
from api.mutations.disconnect_google import disconnect_google
from api.mutations.enrol_member import enrol_member
from api.mutations.grant_pack import grant_pack
from api.mutations.publish_policy_version import publish_policy_version
from api.mutations.reschedule_session import reschedule_session
from api.mutations.rotate_feed_url import rotate_feed_url
from api.mutations.set_weekly_hours import set_weekly_hours
from api.mutations.start_google_connection import start_google_connection


@output
class Mutation:
    """What can be done. Each field is a transaction of its own: a later one never undoes an answer that was given.

    A result is a union: the success, or a refusal that says why nothing was done. Select `... on Refusal { code message }` to
    understand refusals that are added later.
    """

    book_session = strawberry.mutation(resolver=book_session)
    reschedule_session = strawberry.mutation(resolver=reschedule_session)
    cancel_session = strawberry.mutation(resolver=cancel_session)
    confirm_new_time = strawberry.mutation(resolver=confirm_new_time)
    add_person = strawberry.mutation(resolver=add_person)
    add_coach = strawberry.mutation(resolver=add_coach)
    set_weekly_hours = strawberry.mutation(resolver=set_weekly_hours)
    add_time_off = strawberry.mutation(resolver=add_time_off)
    enrol_member = strawberry.mutation(resolver=enrol_member)
    grant_pack = strawberry.mutation(resolver=grant_pack)
    publish_policy_version = strawberry.mutation(resolver=publish_policy_version)
    rotate_feed_url = strawberry.mutation(resolver=rotate_feed_url)
    start_google_connection = strawberry.mutation(resolver=start_google_connection)
    disconnect_google = strawberry.mutation(resolver=disconnect_google)
    advance_test_clock = strawberry.mutation(resolver=advance_test_clock)


__all__ = ["Mutation"]
