"""The GraphQL documents that the scenarios send, as a front end would write them."""

DECISION = """
fragment DecisionParts on Decision { row reason parameter policyVersion deadlineAt
  facts { now start notice bookedAt to claim limits { row limit at kept } }
  timeline { fromAt untilAt row answer reason code } }
"""
CONSEQUENCE = """
fragment ConsequenceParts on Consequence { digest costly summary disposition resultingStatus nextBookableFrom
  credits { kind units entitlement { id opensAt closesAt } toClosesAt }
  charge { minorUnits currency } refund { minorUnits currency } earning { minorUnits currency } }
"""
CHECK = (
    CONSEQUENCE
    + DECISION
    + """
fragment CheckParts on ActionCheck { allowed late code message reason deadlineAt possibleFrom checkedAt
  decision { ...DecisionParts } consequence { ...ConsequenceParts } }
"""
)
SESSION = """
fragment SessionParts on Session { id version status startsAt endsAt late provisional reason disposition cancelledBy onBehalfOf
  kind { code name } coach { id name } member { id name } joinUrl conferenceUrl policyVersion }
"""
REFUSAL = """
fragment RefusalParts on Refusal { __typename code message
  ... on PolicyRefusal { check { ...CheckParts } }
  ... on ConsequenceChanged { check { ...CheckParts } }
  ... on SlotUnavailable { alternatives { startsAt } }
  ... on InvalidInput { path } }
"""
PARTS = CHECK + SESSION + REFUSAL

BOOK = (
    PARTS
    + """
mutation Book($input: BookSessionInput!) { bookSession(input: $input) {
  ... on BookSessionSuccess { session { ...SessionParts } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
CAN_BOOK = (
    CHECK
    + """
query CanBook($input: BookingTerms!) { canBook(input: $input) { ...CheckParts } }
"""
)
RESCHEDULE = (
    PARTS
    + """
mutation Reschedule($input: RescheduleSessionInput!) { rescheduleSession(input: $input) {
  ... on RescheduleSessionSuccess { session { ...SessionParts } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
CANCEL = (
    PARTS
    + """
mutation Cancel($input: CancelSessionInput!) { cancelSession(input: $input) {
  ... on CancelSessionSuccess { session { ...SessionParts } consequence { ...ConsequenceParts } }
  ...RefusalParts } }
"""
)
CONFIRM = (
    PARTS
    + """
mutation Confirm($input: ConfirmNewTimeInput!) { confirmNewTime(input: $input) {
  ... on ConfirmNewTimeSuccess { session { ...SessionParts } }
  ...RefusalParts } }
"""
)
CHECKS = (
    CHECK
    + """
query Checks($id: ID!, $to: DateTime, $onBehalfOf: Side) { node(id: $id) { ... on Session {
  canCancel(onBehalfOf: $onBehalfOf) { ...CheckParts } canReschedule(to: $to, onBehalfOf: $onBehalfOf) { ...CheckParts } } } }
"""
)
SESSION_BY_ID = (
    SESSION
    + """
query SessionById($id: ID!) { node(id: $id) { ... on Session { ...SessionParts
  ledgerEntries(first: 100) { nodes { kind units reason effectiveAt entitlement { id opensAt closesAt } } }
  moneyEntries(first: 100) { nodes { kind amount { minorUnits currency } person { name } } }
  history(first: 100) { nodes { name at actor { kind name } note sentence policyVersion decision { row parameter } } } } } }
"""
)
ADVANCE = """
mutation Advance($input: AdvanceTestClockInput!) { advanceTestClock(input: $input) {
  ... on AdvanceTestClockSuccess { organisation { now } } ... on Refusal { __typename code message } } }
"""
ENTITLEMENTS = """
query Entitlements { viewer { entitlements(first: 100) { nodes {
  id kind { code } source opensAt closesAt available held used forfeited expired revoked } } } }
"""
NOTIFICATIONS = """
query Notifications { viewer { notifications(first: 100) { nodes { id code subject text html links { kind url } } } } }
"""
CALENDAR = """
query Calendar { viewer { calendar { feedUrl webcalUrl google { status lastError } } } }
"""
OPENINGS = """
query Openings($kind: ID!, $coach: ID, $from: DateTime!, $to: DateTime!) {
  openings(kind: $kind, coach: $coach, from: $from, to: $to, first: 100) { nodes { startsAt endsAt } } }
"""
KINDS = """
query Kinds { organisation { id now kinds { id code name duration } } }
"""
ADD_PERSON = """
mutation AddPerson($input: AddPersonInput!) { addPerson(input: $input) {
  ... on AddPersonSuccess { person { id } } ... on Refusal { __typename code message } } }
"""
ADD_COACH = """
mutation AddCoach($input: AddCoachInput!) { addCoach(input: $input) {
  ... on AddCoachSuccess { person { id } } ... on Refusal { __typename code message } } }
"""
SET_HOURS = """
mutation SetHours($input: SetWeeklyHoursInput!) { setWeeklyHours(input: $input) {
  ... on SetWeeklyHoursSuccess { person { id } } ... on Refusal { __typename code message } } }
"""
ENROL = """
mutation Enrol($input: EnrolMemberInput!) { enrolMember(input: $input) {
  ... on EnrolMemberSuccess { membership { id } } ... on Refusal { __typename code message } } }
"""
GRANT_PACK = """
mutation GrantPack($input: GrantPackInput!) { grantPack(input: $input) {
  ... on GrantPackSuccess { membership { id } } ... on Refusal { __typename code message } } }
"""
PUBLISH = """
mutation Publish($input: PublishPolicyVersionInput!) { publishPolicyVersion(input: $input) {
  ... on PublishPolicyVersionSuccess { policyVersion { number acknowledgedFindings { name } publishedAt publishedBy { name } } }
  ... on Refusal { __typename code message } ... on InvalidInput { path } } }
"""
ROTATE = """
mutation Rotate($input: RotateFeedUrlInput!) { rotateFeedUrl(input: $input) {
  ... on RotateFeedUrlSuccess { calendar { feedUrl } } ... on Refusal { __typename code message } } }
"""
CONNECT = """
mutation Connect($input: StartGoogleConnectionInput!) { startGoogleConnection(input: $input) {
  ... on StartGoogleConnectionSuccess { url } ... on Refusal { __typename code message } } }
"""
