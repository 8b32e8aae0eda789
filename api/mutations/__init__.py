"""The fields of Mutation, one verb per file: input, command and result union side by side."""

import strawberry

from api.describe import output
from api.mutations.accept_proposal import accept_proposal
from api.mutations.accept_request import accept_request
from api.mutations.add_action_item import add_action_item
from api.mutations.add_coach import add_coach
from api.mutations.add_contract import add_contract
from api.mutations.add_person import add_person
from api.mutations.add_time_off import add_time_off
from api.mutations.advance_test_clock import advance_test_clock
from api.mutations.answer_investigation import answer_investigation
from api.mutations.answer_request import answer_request
from api.mutations.attach_contract import attach_contract
from api.mutations.book_session import book_session
from api.mutations.cancel_membership import cancel_membership
from api.mutations.cancel_session import cancel_session
from api.mutations.change_cadence import change_cadence
from api.mutations.change_series import change_series
from api.mutations.check_in import check_in
from api.mutations.choose_coach import choose_coach
from api.mutations.conclude_task import conclude_task
from api.mutations.confirm_new_time import confirm_new_time
from api.mutations.contact_support import contact_support
from api.mutations.contest_outcome import contest_outcome
from api.mutations.create_api_key import create_api_key
from api.mutations.create_series import create_series
from api.mutations.deactivate_person import deactivate_person
from api.mutations.decide_case import decide_case
from api.mutations.decline_proposal import decline_proposal
from api.mutations.disconnect_google import disconnect_google
from api.mutations.edit_action_item import edit_action_item
from api.mutations.edit_note import edit_note
from api.mutations.end_engagement import end_engagement
from api.mutations.end_series import end_series
from api.mutations.enrol_member import enrol_member
from api.mutations.extend_pack import extend_pack
from api.mutations.finish_action_item import finish_action_item
from api.mutations.grant_pack import grant_pack
from api.mutations.import_bookings import import_bookings
from api.mutations.import_people import import_people
from api.mutations.issue_token import issue_token
from api.mutations.keep_membership import keep_membership
from api.mutations.keep_session import keep_session
from api.mutations.lift_sanction import lift_sanction
from api.mutations.link_identity import link_identity
from api.mutations.log_contact_attempt import log_contact_attempt
from api.mutations.make_request import make_request
from api.mutations.mark_earnings_paid import mark_earnings_paid
from api.mutations.mark_notifications_read import mark_notifications_read
from api.mutations.mark_past_due import mark_past_due
from api.mutations.mark_thread_read import mark_thread_read
from api.mutations.offer_rebooking import offer_rebooking
from api.mutations.pause_membership import pause_membership
from api.mutations.propose_split import propose_split
from api.mutations.publish_policy_version import publish_policy_version
from api.mutations.reactivate_person import reactivate_person
from api.mutations.record_outcome import record_outcome
from api.mutations.record_payment import record_payment
from api.mutations.record_receipt import record_receipt
from api.mutations.record_request_payment import record_request_payment
from api.mutations.remove_time_off import remove_time_off
from api.mutations.repeat_work import repeat_work
from api.mutations.report_no_show import report_no_show
from api.mutations.report_to_team import report_to_team
from api.mutations.request_booking import request_booking
from api.mutations.reschedule_session import reschedule_session
from api.mutations.resume_membership import resume_membership
from api.mutations.revoke_api_key import revoke_api_key
from api.mutations.rotate_feed_url import rotate_feed_url
from api.mutations.send_invite import send_invite
from api.mutations.send_message import send_message
from api.mutations.set_buffers import set_buffers
from api.mutations.set_coach_profile import set_coach_profile
from api.mutations.set_date_override import set_date_override
from api.mutations.set_holidays import set_holidays
from api.mutations.set_questionnaire import set_questionnaire
from api.mutations.set_terms import set_terms
from api.mutations.set_weekly_hours import set_weekly_hours
from api.mutations.skip_questionnaire import skip_questionnaire
from api.mutations.start_engagement import start_engagement
from api.mutations.start_google_connection import start_google_connection
from api.mutations.state_reason import state_reason
from api.mutations.submit_questionnaire import submit_questionnaire
from api.mutations.switch_coach import switch_coach
from api.mutations.unlink_identity import unlink_identity
from api.mutations.update_person import update_person
from api.mutations.waive_earning import waive_earning
from api.mutations.withdraw_proposal import withdraw_proposal
from api.mutations.withdraw_report import withdraw_report
from api.mutations.withdraw_request import withdraw_request
from api.mutations.write_note import write_note


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
    waive_earning = strawberry.mutation(resolver=waive_earning)
    mark_earnings_paid = strawberry.mutation(resolver=mark_earnings_paid)
    write_note = strawberry.mutation(resolver=write_note)
    edit_note = strawberry.mutation(resolver=edit_note)
    add_action_item = strawberry.mutation(resolver=add_action_item)
    edit_action_item = strawberry.mutation(resolver=edit_action_item)
    finish_action_item = strawberry.mutation(resolver=finish_action_item)
    check_in = strawberry.mutation(resolver=check_in)
    keep_session = strawberry.mutation(resolver=keep_session)
    record_outcome = strawberry.mutation(resolver=record_outcome)
    state_reason = strawberry.mutation(resolver=state_reason)
    send_message = strawberry.mutation(resolver=send_message)
    mark_thread_read = strawberry.mutation(resolver=mark_thread_read)
    mark_notifications_read = strawberry.mutation(resolver=mark_notifications_read)
    set_coach_profile = strawberry.mutation(resolver=set_coach_profile)
    skip_questionnaire = strawberry.mutation(resolver=skip_questionnaire)
    submit_questionnaire = strawberry.mutation(resolver=submit_questionnaire)
    set_questionnaire = strawberry.mutation(resolver=set_questionnaire)
    send_invite = strawberry.mutation(resolver=send_invite)
    request_booking = strawberry.mutation(resolver=request_booking)
    accept_proposal = strawberry.mutation(resolver=accept_proposal)
    decline_proposal = strawberry.mutation(resolver=decline_proposal)
    withdraw_proposal = strawberry.mutation(resolver=withdraw_proposal)
    create_series = strawberry.mutation(resolver=create_series)
    change_series = strawberry.mutation(resolver=change_series)
    end_series = strawberry.mutation(resolver=end_series)
    propose_split = strawberry.mutation(resolver=propose_split)
    offer_rebooking = strawberry.mutation(resolver=offer_rebooking)
    report_no_show = strawberry.mutation(resolver=report_no_show)
    withdraw_report = strawberry.mutation(resolver=withdraw_report)
    contest_outcome = strawberry.mutation(resolver=contest_outcome)
    answer_investigation = strawberry.mutation(resolver=answer_investigation)
    decide_case = strawberry.mutation(resolver=decide_case)
    contact_support = strawberry.mutation(resolver=contact_support)
    extend_pack = strawberry.mutation(resolver=extend_pack)
    conclude_task = strawberry.mutation(resolver=conclude_task)
    lift_sanction = strawberry.mutation(resolver=lift_sanction)
    add_person = strawberry.mutation(resolver=add_person)
    add_coach = strawberry.mutation(resolver=add_coach)
    set_weekly_hours = strawberry.mutation(resolver=set_weekly_hours)
    add_time_off = strawberry.mutation(resolver=add_time_off)
    enrol_member = strawberry.mutation(resolver=enrol_member)
    grant_pack = strawberry.mutation(resolver=grant_pack)
    record_payment = strawberry.mutation(resolver=record_payment)
    record_receipt = strawberry.mutation(resolver=record_receipt)
    mark_past_due = strawberry.mutation(resolver=mark_past_due)
    cancel_membership = strawberry.mutation(resolver=cancel_membership)
    change_cadence = strawberry.mutation(resolver=change_cadence)
    make_request = strawberry.mutation(resolver=make_request)
    answer_request = strawberry.mutation(resolver=answer_request)
    accept_request = strawberry.mutation(resolver=accept_request)
    record_request_payment = strawberry.mutation(resolver=record_request_payment)
    withdraw_request = strawberry.mutation(resolver=withdraw_request)
    choose_coach = strawberry.mutation(resolver=choose_coach)
    log_contact_attempt = strawberry.mutation(resolver=log_contact_attempt)
    report_to_team = strawberry.mutation(resolver=report_to_team)
    switch_coach = strawberry.mutation(resolver=switch_coach)
    keep_membership = strawberry.mutation(resolver=keep_membership)
    pause_membership = strawberry.mutation(resolver=pause_membership)
    resume_membership = strawberry.mutation(resolver=resume_membership)
    update_person = strawberry.mutation(resolver=update_person)
    deactivate_person = strawberry.mutation(resolver=deactivate_person)
    reactivate_person = strawberry.mutation(resolver=reactivate_person)
    link_identity = strawberry.mutation(resolver=link_identity)
    unlink_identity = strawberry.mutation(resolver=unlink_identity)
    set_date_override = strawberry.mutation(resolver=set_date_override)
    set_buffers = strawberry.mutation(resolver=set_buffers)
    remove_time_off = strawberry.mutation(resolver=remove_time_off)
    set_holidays = strawberry.mutation(resolver=set_holidays)
    set_terms = strawberry.mutation(resolver=set_terms)
    start_engagement = strawberry.mutation(resolver=start_engagement)
    end_engagement = strawberry.mutation(resolver=end_engagement)
    add_contract = strawberry.mutation(resolver=add_contract)
    attach_contract = strawberry.mutation(resolver=attach_contract)
    create_api_key = strawberry.mutation(resolver=create_api_key)
    revoke_api_key = strawberry.mutation(resolver=revoke_api_key)
    repeat_work = strawberry.mutation(resolver=repeat_work)
    issue_token = strawberry.mutation(resolver=issue_token)
    import_people = strawberry.mutation(resolver=import_people)
    import_bookings = strawberry.mutation(resolver=import_bookings)
    publish_policy_version = strawberry.mutation(resolver=publish_policy_version)
    rotate_feed_url = strawberry.mutation(resolver=rotate_feed_url)
    start_google_connection = strawberry.mutation(resolver=start_google_connection)
    disconnect_google = strawberry.mutation(resolver=disconnect_google)
    advance_test_clock = strawberry.mutation(resolver=advance_test_clock)


__all__ = ["Mutation"]
