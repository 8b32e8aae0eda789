"""The rules for calendars, each with a test that holds it and a mutant of our code that this test catches.

`python -m tests.calendar_rules.rules` writes docs/calendar-rules.md anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "calendar-rules.md"
NUMBERS = range(1, 44)

GOOGLE, FEED = "calendar_sync/google", "calendar_sync/feed"
OF_GOOGLE, OF_FEED = "tests/calendar_sync/google", "tests/calendar_sync/feed"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, the test that holds it, and a change of one place in a file that makes this test fail."""

    number: int
    says: str
    test: str
    file: str
    old: str
    new: str
    broken: str
    """What the mutant does, in words."""

    part: str = ""
    """A letter, where the rule says several things and each has a mutant of its own."""

    @property
    def name(self) -> str:
        """The number of the rule, and which of its parts."""
        return f"{self.number}{self.part}"

    @property
    def module(self) -> str:
        """The module that the file is."""
        return self.file.removesuffix(".py").replace("/", ".")


RULES: tuple[Rule, ...] = (
    Rule(
        1, "Every insert carries an id of our own.",
        f"{OF_GOOGLE}/test_push.py::test_an_insert_that_was_applied_and_never_answered_gives_exactly_one_event",
        f"{GOOGLE}/mapping.py", '        "id": event_id,\n', "", "Google chooses the id",
    ),
    Rule(
        2, "409 on insert: read it, compare our property, patch.",
        f"{OF_GOOGLE}/test_push.py::test_an_insert_that_the_library_repeats_by_itself_gives_exactly_one_event",
        f"{GOOGLE}/push.py", "    except Duplicate:\n        return None\n", "    except Duplicate:\n        raise\n",
        "a taken id is a failure",
    ),
    Rule(
        3, "A deleted id stays taken: the next generation of it.",
        f"{OF_GOOGLE}/test_push.py::test_an_event_that_the_coach_deleted_comes_back_in_the_next_generation",
        f"{GOOGLE}/push.py", "range(first, first + GENERATIONS)", "range(first, first + 1)", "one generation only",
    ),
    Rule(
        4, "Nothing is repeated by the client itself.",
        f"{OF_GOOGLE}/test_client.py::test_nothing_is_tried_again_by_itself",
        f"{GOOGLE}/client.py", "num_retries=0", "num_retries=2", "the library repeats calls",
    ),
    Rule(
        5, "A series is one event with its rule.",
        f"{OF_GOOGLE}/test_series.py::test_a_series_is_one_event_by_rule_in_its_zone_with_a_link",
        f"{GOOGLE}/series_row.py", "recurrence=lines.texts", "recurrence=lines.texts[1:]",
        "the event stands once",
    ),
    Rule(
        6, "Wall time comes from the stored time and zone.",
        f"{OF_GOOGLE}/test_mapping.py::test_times_go_out_as_wall_time_with_offset_and_zone",
        f"{GOOGLE}/mapping.py", '"timeZone": zone}', '"timeZone": "UTC"}', "every event is in UTC",
    ),
    Rule(
        7, "An occurrence is known by its original start, also after a move.",
        f"{OF_GOOGLE}/test_series.py::test_an_instance_is_known_by_its_original_start_also_after_a_move",
        f"{GOOGLE}/push_series.py", 'return _instant(item.get("originalStartTime"))', 'return _instant(item.get("start"))',
        "it is known by where it is",
    ),
    Rule(
        8, "One cancelled occurrence leaves the others.",
        f"{OF_GOOGLE}/test_series.py::test_a_cancelled_instance_leaves_the_others",
        f"{GOOGLE}/push_series.py", 'calendar.delete(item["id"])', 'calendar.delete(item["recurringEventId"])',
        "all of them are deleted",
    ),
    Rule(
        9, "This and following: the end of one event and another event, each a job of its own.",
        f"{OF_GOOGLE}/test_series.py::test_this_and_following_is_the_end_of_one_event_and_another_event",
        "commands/series/succession.py",
        "    works = [*ended]\n", "    works: list[Work] = []\n", "the old event goes on",
    ),
    Rule(
        10, "No event is written whole (PUT).",
        f"{OF_GOOGLE}/test_client.py::test_no_event_is_ever_written_whole",
        f"{GOOGLE}/client.py", "self._events.patch(", "self._events.update(", "changes are written by PUT",
    ),
    Rule(
        11, "What a change does not name stays.",
        f"{OF_GOOGLE}/test_push.py::test_a_move_by_the_coach_is_put_back_and_their_words_stay",
        f"{GOOGLE}/mapping.py", "    body: Json = {}\n",
        '    body: Json = {"summary": wanted.title, "description": wanted.description}\n', "every change writes the text anew",
    ),
    Rule(
        12, "Changes send If-Match.",
        f"{OF_GOOGLE}/test_client.py::test_a_change_on_an_older_state_is_refused",
        f"{GOOGLE}/client.py", '        request.headers["If-Match"] = etag\n', "", "changes are blind",
    ),
    Rule(
        13, "The Meet link is asked for by hangoutsMeet.",
        f"{OF_GOOGLE}/test_push.py::test_a_new_session_is_one_call_and_one_event_with_a_meet_link",
        f"{GOOGLE}/mapping.py", '{"type": "hangoutsMeet"}', '{"type": "eventHangout"}', "a classic Hangout is asked for",
    ),
    Rule(
        14, "Each asking for a link has a request id of its own.",
        f"{OF_GOOGLE}/test_mapping.py::test_a_repeated_asking_is_the_same_request_and_a_later_one_another",
        f"{GOOGLE}/mapping.py", 'f"{remote.get(\'id\')}-{asked_at}"', 'f"{remote.get(\'id\')}"', "the id is always the same",
    ),
    Rule(
        15, "A pending link is looked at again.",
        f"{OF_GOOGLE}/test_push.py::test_a_link_in_the_making_is_looked_at_again_until_it_is_there",
        f"{GOOGLE}/push.py", "poll_again=wanted.conference and status is ConferenceStatus.PENDING", "poll_again=False",
        "nobody looks again",
    ),
    Rule(
        16, "A later write never loses the link.",
        f"{OF_GOOGLE}/test_mapping.py::test_conference_data_are_sent_only_to_ask_for_a_link",
        f"{GOOGLE}/mapping.py", "    if ask_for_conference:\n", "    if wanted.conference:\n", "every write asks for a link",
    ),
    Rule(
        17, "Events are found by our private property.",
        f"{OF_GOOGLE}/test_push.py::test_a_removal_takes_every_generation_of_ours",
        f"{GOOGLE}/push.py", "return {event[\"id\"] for event in calendar.find(SESSION_PROPERTY, key.value)}",
        "return set[str](calendar.find(SESSION_PROPERTY, key.value) and [])", "nothing is looked for",
    ),
    Rule(
        18, "sendUpdates is always explicit.",
        f"{OF_GOOGLE}/test_client.py::test_every_write_says_explicitly_that_no_guest_is_told",
        f"{GOOGLE}/client.py", 'SEND_UPDATES: Final = "none"', 'SEND_UPDATES: Final = "all"', "guests are told",
    ),
    Rule(
        19, "What passes is tried again, quotaExceeded too.",
        f"{OF_GOOGLE}/test_transport.py::test_a_refusal_has_one_meaning",
        f"{GOOGLE}/transport.py", '"quotaExceeded", ', "", "quotaExceeded is final",
    ),
    Rule(
        20, "What is permanent is not; a deleted event is deleted.",
        f"{OF_GOOGLE}/test_client.py::test_deleting_is_done_when_the_event_is_not_there",
        f"{GOOGLE}/client.py", "            execute(request, empty=True)\n        except Gone:\n            return\n",
        "            execute(request, empty=True)\n        except Gone:\n            raise\n", "410 is a failure",
    ),
    Rule(
        21, "A 200 that is not JSON is no answer.",
        f"{OF_GOOGLE}/test_client.py::test_a_fault_has_its_name",
        f"{GOOGLE}/client.py", '        if empty and answer == "":\n            return {}\n', "        return {}\n",
        "any body will do",
    ),
    Rule(
        22, "A write that failed half-way ends in the same event.",
        f"{OF_GOOGLE}/test_push.py::test_a_fault_at_any_call_ends_in_the_same_single_event",
        f"{GOOGLE}/push.py", "        if (remote := _alive(calendar, key, generation)) is not None:\n",
        "        if known is not None and (remote := _alive(calendar, key, generation)) is not None:\n",
        "what was never answered is not looked for",
    ),
    Rule(
        23, "The granted scopes are checked.",
        f"{OF_GOOGLE}/test_connect.py::test_a_coach_who_allowed_less_is_not_connected",
        f"{GOOGLE}/oauth.py", "    if missing := frozenset(endpoints.scopes) - granted.scopes:\n",
        "    if missing := frozenset(endpoints.scopes) - frozenset(endpoints.scopes):\n", "what was granted is not looked at",
    ),
    Rule(
        24, "Tokens are sealed to their person.",
        f"{OF_GOOGLE}/test_vault.py::test_a_row_copied_to_another_person_does_not_open",
        f"{GOOGLE}/vault.py", '    return b"google/refresh-token|%d|%d|" % (organisation, person) + name\n',
        "    return name + bytes(organisation * 0 + person * 0)\n", "any row opens any token",
    ),
    Rule(
        25, "An error of a calendar is never free.",
        f"{OF_GOOGLE}/test_pull.py::test_an_error_of_one_calendar_is_an_error_and_never_free",
        f"{GOOGLE}/client.py", 'or one.get("errors") ', "", "errors are overlooked",
    ),
    Rule(
        26, "A list with a sync token carries nothing else.",
        f"{OF_GOOGLE}/test_pull.py::test_what_changed_is_read_by_the_token_of_the_last_page_and_nothing_else_is_asked",
        f"{GOOGLE}/client.py", "pageToken=page, syncToken=sync_token", 'pageToken=page, syncToken=sync_token, orderBy="updated"',
        "the list asks for an order",
    ),
    Rule(
        27, "After 410 the whole list is held against what we know.",
        f"{OF_GOOGLE}/test_pull.py::test_a_forgotten_token_leads_to_a_whole_list_that_is_held_against_what_we_know",
        f"{GOOGLE}/pull.py", "return calendar.changes(None), True", "return calendar.changes(None), False",
        "what is missing is overlooked",
    ),
    Rule(
        28, "A message without its channel's token makes no work.",
        f"{OF_GOOGLE}/test_watching.py::test_any_other_message_says_nothing",
        f"{GOOGLE}/watching.py", "    if not hmac.compare_digest(channel_token(keyring, channel).encode(), token.encode()):\n",
        "    if not token:\n", "any token will do",
    ),
    Rule(
        29, "An edit in Google is a question; the event is put back.",
        "tests/scenarios/test_calendar.py::test_a_dragged_event_goes_back_and_its_new_time_is_one_click_away",
        f"{GOOGLE}/edits.py", '    if differing.keys() & {"start", "end"}:\n', "    if False:\n", "nobody is asked about a move",
    ),
    Rule(
        30, "Every address can be on this machine.",
        f"{OF_GOOGLE}/test_endpoints.py::test_all_addresses_of_a_loopback_google_lie_below_its_root",
        f"{GOOGLE}/endpoints.py", '            revoke_url=f"{base}/revoke",\n', "", "revoking goes to Google",
    ),
    Rule(
        31, "The UID is stable for life.",
        f"{OF_FEED}/test_feed.py::test_a_moved_session_keeps_its_uid_and_its_sequence_rises_by_one",
        f"{FEED}/appointment.py", 'f"UID:{escaped(appointment.uid)}"', 'f"UID:{appointment.sequence}-{escaped(appointment.uid)}"',
        "a move gives a new UID",
    ),
    Rule(
        32, "Stamps and sequence come from the row.",
        f"{OF_FEED}/test_feed.py::test_a_moved_session_keeps_its_uid_and_its_sequence_rises_by_one",
        f"{FEED}/appointment.py", 'f"SEQUENCE:{appointment.sequence}"', '"SEQUENCE:0"', "the sequence never rises",
    ),
    Rule(
        33, "What is cancelled leaves the feed.",
        f"{OF_FEED}/test_feed.py::test_a_cancelled_session_leaves_for_good_and_the_etag_differs",
        "models/queries/feed.py", " AND s.status <> 'CANCELLED'", "", "it stays",
    ),
    Rule(
        34, "A pending proposal is a hold until it has ended.",
        "tests/scenarios/test_proposals.py::test_S_V_10_a_declined_time_leaves_the_session_where_it_was",
        "models/queries/feed.py", "asked.coach_id = reader.id AND asked.status = 'PENDING'", "asked.coach_id = reader.id",
        "holds stay for ever",
    ),
    Rule(
        35, "Zones are written from the tz database, onsets in TZOFFSETFROM.",
        f"{OF_FEED}/test_vtimezone.py::test_every_onset_is_right_to_the_second_and_starts_from_the_offset_before_it",
        f"{FEED}/onsets.py", "(self.at + self.before)", "(self.at + self.after)", "onsets are in the new offset",
    ),
    Rule(
        36, "A wall time that comes twice is written as an instant.",
        f"{OF_FEED}/test_appointments.py::test_a_wall_time_that_comes_twice_is_written_as_an_instant",
        f"{FEED}/appointment.py", "    if _comes_twice(starts) or _comes_twice(ends):\n", "    if False:\n", "it is a wall time",
    ),
    Rule(
        37, "Lines have at most 75 octets.",
        f"{OF_FEED}/test_lines.py::test_a_line_of_75_octets_stays_whole_and_one_more_is_folded",
        f"{FEED}/lines.py", "LONGEST: Final = 75", "LONGEST: Final = 76", "one more",
    ),
    Rule(
        38, "The way in stands in LOCATION and CONFERENCE.",
        f"{OF_FEED}/test_appointments.py::test_the_way_in_stands_where_every_reader_looks_for_it_beside_the_change_links",
        f"{FEED}/appointment.py", '        f"LOCATION:{escaped(address)}",\n', "", "no LOCATION",
    ),
    Rule(
        39, "No person's address, no note.",
        f"{OF_FEED}/test_feed.py::test_there_is_no_address_of_a_person_and_no_note_in_a_feed",
        f"{FEED}/appointment.py", '        f"STATUS:{appointment.standing}",\n',
        '        f"STATUS:{appointment.standing}",\n        "ATTENDEE:mailto:somebody@example.com",\n', "attendees are named",
    ),
    Rule(
        40, "Feeds are private, revalidated, not indexed.",
        f"{OF_FEED}/test_http.py::test_the_headers_of_a_full_answer",
        f"{FEED}/route.py", '"private, no-cache"', '"public, max-age=3600"', "anybody keeps them",
    ),
    Rule(
        41, "The address is a capability.",
        f"{OF_FEED}/test_capability.py::test_one_different_character_anywhere_opens_nothing",
        f"{FEED}/capability.py", "    if not hmac.compare_digest(_proof(keyring, claim), proof):\n", "    if not proof:\n",
        "any proof will do",
    ),
    Rule(
        42, "The window is bounded.",
        f"{OF_FEED}/test_feed.py::test_the_window_reaches_from_90_days_ago_to_400_days_ahead",
        "models/queries/feed.py", "AHEAD: Final = timedelta(days=400)", "AHEAD: Final = timedelta(days=401)", "a day more",
    ),
    Rule(
        43, "What is unchanged is not written again.",
        f"{OF_FEED}/test_feed.py::test_an_unchanged_feed_is_not_written_again",
        f"{FEED}/read.py", "    if known(version):\n", "    if False:\n", "every reading is whole",
    ),
)  # fmt: skip

FURTHER: tuple[Rule, ...] = (
    Rule(
        2, "An event under our id that is not ours is left alone.",
        f"{OF_GOOGLE}/test_push.py::test_a_foreign_event_under_our_id_is_left_alone",
        f"{GOOGLE}/push.py", 'return remote if ours and remote["status"]', 'return remote if remote["status"]',
        "our property is not compared", "b",
    ),
    Rule(
        3, "What comes back out of the trash does not stand beside a later generation.",
        f"{OF_GOOGLE}/test_pull.py::"
        "test_an_event_that_comes_back_out_of_the_trash_does_not_stand_beside_the_one_made_in_its_place",
        f"{GOOGLE}/edits.py", "        found += restored(one, listed)\n", "", "nobody looks for it", "b",
    ),
    Rule(
        12, "After 412 it is read and weighed again.",
        f"{OF_GOOGLE}/test_push.py::test_an_edit_that_comes_between_reading_and_writing_is_weighed_again",
        f"{GOOGLE}/push.py", "        except (Changed, Gone):\n", "        except Gone:\n", "what changed meanwhile is a failure", "b",
    ),
    Rule(
        17, "A copy that somebody made with our property is theirs.",
        f"{OF_GOOGLE}/test_push.py::test_a_copy_that_the_coach_made_survives_the_session",
        f"{GOOGLE}/push.py", "(found & ids.keys())", "found", "copies are deleted",
        "b",
    ),
    Rule(
        19, "What Google asks us to wait is waited.",
        f"{OF_GOOGLE}/test_backoff.py::test_what_google_asked_for_is_never_undercut",
        f"{GOOGLE}/backoff.py", " + (retry_after or timedelta(0))", "", "Retry-After is not read", "b",
    ),
    Rule(
        19, "The wait is bounded.",
        f"{OF_GOOGLE}/test_backoff.py::test_the_wait_doubles_up_to_an_hour",
        f"{GOOGLE}/backoff.py", "min(LONGEST, FIRST * 2", "max(LONGEST, FIRST * 2", "it grows without end", "c",
    ),
    Rule(
        19, "Writes to one calendar come one after the other, in the order of their causes.",
        f"{OF_GOOGLE}/test_deliver.py::test_every_change_is_pushed_in_the_order_in_which_it_happened",
        "models/queries/due_work.py", "AND earlier.id < work.id AND", "AND earlier.id <> earlier.id AND", "lanes are not kept", "d",
    ),
    Rule(
        20, "A refusal for good is set aside and shown, and the others go on.",
        f"{OF_GOOGLE}/test_deliver.py::test_a_refused_push_is_set_aside_and_the_others_go_on",
        f"{GOOGLE}/deliver.py", "        if isinstance(failure, Permanent):\n            return GivenUp",
        "        if isinstance(failure, Transient):\n            return GivenUp", "it is tried again", "b",
    ),
    Rule(
        24, "Trouble at the token address breaks no connection.",
        f"{OF_GOOGLE}/test_deliver.py::test_trouble_at_the_token_address_breaks_no_connection",
        f"{GOOGLE}/oauth.py", "    if is_passing(status) or code in _TRY_LATER:\n", "    if code in _TRY_LATER:\n", "a 5xx is a refusal", "b",
    ),
    Rule(
        24, "A dead grant breaks it once, and no more is sent.",
        f"{OF_GOOGLE}/test_deliver.py::test_a_dead_grant_breaks_the_connection_once_and_no_more_is_sent",
        f"{GOOGLE}/oauth.py", 'invalid_grant=ConnectionBroken("invalid_grant")', 'invalid_grant=Transient("invalid_grant")',
        "it is tried again", "c",
    ),
    Rule(
        25, "In a primary calendar our own events never count.",
        f"{OF_GOOGLE}/test_primary.py::test_our_own_events_never_count_and_all_others_do",
        f"{GOOGLE}/busy.py", "if private_properties(event).get(ORGANISATION_PROPERTY) in ours or event", "if event",
        "sessions count as private appointments", "b",
    ),
    Rule(
        25, "In a primary calendar another organisation's sessions do count.",
        f"{OF_GOOGLE}/test_primary.py::test_a_session_of_another_organisation_in_the_same_calendar_is_an_appointment",
        f"{GOOGLE}/mapping.py", 'b"%d/organisation" % organisation)', 'b"organisation")', "they pass for our own", "d",
    ),
    Rule(
        25, "A long range is asked for to its very end.",
        f"{OF_GOOGLE}/test_pull.py::test_a_long_range_is_asked_for_in_parts_to_its_very_end",
        f"{GOOGLE}/busy.py", "    while start < end:\n", "    while start + LONGEST < end:\n", "the tail is lost", "c",
    ),
    Rule(
        28, "A channel is renewed with overlap.",
        f"{OF_GOOGLE}/test_watching.py::test_a_channel_is_replaced_a_day_before_its_end_and_not_sooner",
        f"{GOOGLE}/watching.py", "expires_at - real_now < OVERLAP", "expires_at < real_now", "only when it has ended", "b",
    ),
    Rule(
        28, "The old channel is stopped.",
        f"{OF_GOOGLE}/test_pull.py::test_a_channel_is_renewed_before_it_ends_and_the_old_one_is_stopped",
        f"{GOOGLE}/pull.py", "            account.stop_channel(reading.channel_id, reading.resource_id)\n", "            pass\n",
        "both go on", "c",
    ),
    Rule(
        28, "A lost message is made good by a poll, sooner or later by chance.",
        f"{OF_GOOGLE}/test_pull.py::test_the_next_poll_comes_a_quarter_sooner_or_later_than_planned",
        f"{GOOGLE}/pull.py", "(0.75 + _CHANCE.random() / 2)", "1", "all calendars are read at once", "d",
    ),
    Rule(
        29, "A deleted event is restored, and the coach is asked.",
        "tests/scenarios/test_calendar.py::test_S_X_05_an_event_that_the_coach_deletes_is_restored_and_the_coach_is_asked",
        f"{GOOGLE}/edits.py", '    if event is None or event.get("status") == "cancelled":\n',
        '    if event is None or event.get("status") == "cancelled":\n        return None\n    if event is None:\n',
        "a deletion is overlooked", "b",
    ),
    Rule(
        29, "What is done to a series is put back and asked once.",
        f"{OF_GOOGLE}/test_series.py::test_what_a_coach_does_to_it_is_put_back_and_asked_once",
        f"{GOOGLE}/pull.py", "for edited in [*edits(single, events, whole=whole), *series_edits(series, events, whole=whole)]:",
        "for edited in edits(single, events, whole=whole):", "series are not looked at", "c",
    ),
    Rule(
        29, "Whoever is told several times is asked once.",
        "tests/scenarios/test_calendar.py::test_a_coach_is_asked_once_whatever_is_told_how_often",
        "commands/calendar_questions.py", "{edited.edit}:{to}{whose}", "{edited.edit}:{to}{whose}:{edited.mark}",
        "each edit is asked about anew, also the same again", "d",
    ),
    Rule(
        33, "A cancelled occurrence is excluded.",
        f"{OF_FEED}/test_series.py::test_exceptions_are_excluded_moved_or_kept_beyond_the_end",
        f"{FEED}/recurring.py", ', *(f"EXDATE;{tzid}:{wall(rule, on)}" for on in left_out)),', ",),",
        "it stays", "b",
    ),
    Rule(
        33, "A moved occurrence names the one that it takes the place of.",
        f"{OF_FEED}/test_series.py::test_exceptions_are_excluded_moved_or_kept_beyond_the_end",
        f"{FEED}/recurring.py", "return text.replace(head, head + mark, 1)", "return text", "it stands beside it", "c",
    ),
    Rule(
        35, "UNTIL is written in UTC.",
        f"{OF_FEED}/test_series.py::test_icalendar_finds_every_occurrence_where_the_oracle_does_in_every_zone",
        f"{FEED}/recurring.py", 'f"UNTIL={moment(rule.occurrence(last).starts_at)}"', 'f"UNTIL={wall(rule, last)}Z"',
        "it is the wall time", "b",
    ),
    Rule(
        37, "No character is cut.",
        f"{OF_FEED}/test_lines.py::test_a_character_is_never_cut",
        f"{FEED}/lines.py", "while content[cut] & 0xC0 == 0x80:", "while False:", "lines end anywhere", "b",
    ),
    Rule(
        37, "A text cannot end its line.",
        f"{OF_FEED}/test_lines.py::test_a_text_can_neither_end_its_line_nor_leave_a_control_character",
        f"{FEED}/lines.py", '.replace("\\r\\n", "\\n").replace("\\r", "\\n").translate(_ESCAPES)', "", "nothing is escaped", "c",
    ),
    Rule(
        40, "A version is known by a list, by `*`, and by a weak tag.",
        f"{OF_FEED}/test_conditional.py::test_a_version_is_found_however_it_is_named",
        f"{FEED}/conditional.py", "(?:W/)?", "^", "only the first, strong tag is read", "b",
    ),
    Rule(
        40, "HEAD is GET without the body.",
        f"{OF_FEED}/test_http.py::test_head_is_get_without_the_body",
        f"{FEED}/route.py", '        "Content-Length": str(len(body)),\n', "", "the length of GET is not told", "c",
    ),
    Rule(
        41, "A renewed feed has only its new address.",
        f"{OF_FEED}/test_http.py::test_a_renewed_feed_answers_only_under_its_new_address",
        f"{FEED}/read.py", " or head.generation != capability.generation", "", "the old one goes on", "b",
    ),
)  # fmt: skip

ALL: tuple[Rule, ...] = tuple(sorted((*RULES, *FURTHER), key=lambda rule: (rule.number, rule.part)))

OPEN: dict[int, str] = {}
"""Rules that have nothing to be held by yet."""


def page() -> str:
    """docs/calendar-rules.md."""
    return "\n".join([HEAD, *_rows(), ""])


def _rows() -> Iterator[str]:
    for number in NUMBERS:
        if number in OPEN:
            yield f"| {number} | {OPEN[number]} | – | – |"
    for rule in ALL:
        place, _, name = rule.test.rpartition("::")
        yield f"| {rule.name} | {rule.says} | `{place}`: {name.removeprefix('test_').replace('_', ' ')} | `{rule.file}`: {rule.broken} |"


HEAD = """# The rules for calendars, and what holds them

Each rule has a test, and a mutant of our code that this test catches: one place is changed, and the test must fail. Where a rule says
several things, those that another test holds have a letter. The table is
written by `python -m tests.calendar_rules.rules`; `make test` checks that every test and every place is there, `make prove` lets each
test meet its mutant.

| Rule | It says | Held by | Mutant that this catches |
|---|---|---|---|"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
