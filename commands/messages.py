"""One sentence per refusal code, for a person who reads it in a front end."""

from policy.terms import RefusalCode

SENTENCES: dict[RefusalCode, str] = {
    RefusalCode.NOT_FOUND: "There is no such object.",
    RefusalCode.FORBIDDEN: "You may not do this.",
    RefusalCode.REASON_REQUIRED: "A reason is required.",
    RefusalCode.REASON_NOT_ALLOWED: "This reason may not be given here.",
    RefusalCode.INVITE_EXPIRED: "The invite has expired.",
    RefusalCode.NOT_PENDING: "This has been answered already.",
    RefusalCode.REPORT_WINDOW_CLOSED: "The time for a report has passed.",
    RefusalCode.DEADLINE_PASSED: "The deadline has passed.",
    RefusalCode.WRONG_STATE: "The object is in a state in which this cannot be done.",
    RefusalCode.SESSION_STARTED: "The session has started.",
    RefusalCode.TOO_EARLY: "It is too early for this.",
    RefusalCode.APPROVAL_REQUIRED: "This needs the consent of the other side or of the team.",
    RefusalCode.NOTICE_TOO_SHORT: "The notice is too short.",
    RefusalCode.LATE_CHANGE_NEEDS_ACK: "This costs something: show the consequence and send its digest as acknowledgement.",
    RefusalCode.RESCHEDULE_LIMIT: "The session has been moved too often.",
    RefusalCode.OUT_OF_PERIOD: "The new time lies in another period.",
    RefusalCode.BOOKING_BLOCKED: "New bookings are stopped at present.",
    RefusalCode.BOOKING_LIMIT: "The number of bookings is limited.",
    RefusalCode.ARREARS: "Payments are outstanding.",
    RefusalCode.BOOKING_DEADLINE_PASSED: "The booking deadline of this period has passed.",
    RefusalCode.SLOT_UNAVAILABLE: "The coach does not offer this time.",
    RefusalCode.SLOT_TAKEN: "This time is taken.",
    RefusalCode.PAYMENT_REQUIRED: "This has to be paid first.",
    RefusalCode.DUPLICATE_BOOKING: "There is a booking of this kind in this period already.",
    RefusalCode.NO_CREDIT: "There is no credit for a session at this time.",
    RefusalCode.STALE_VERSION: "The object has changed since it was read.",
    RefusalCode.CONSEQUENCE_CHANGED: "The consequence has changed since it was shown.",
    RefusalCode.IDEMPOTENCY_CONFLICT: "This idempotency key was used for another command.",
    RefusalCode.INVALID_INPUT: "The input is not valid.",
}


def message_of(code: RefusalCode) -> str:
    """The sentence of a code."""
    return SENTENCES[code]
