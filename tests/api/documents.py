"""Documents that the tests of the API send."""

REFUSAL = """
... on Refusal { __typename code message }
... on InvalidInput { path } ... on StaleVersion { current { id } } ... on SlotUnavailable { alternatives { startsAt } }
... on PolicyRefusal { check { code late consequence { digest summary earning { minorUnits } } } }
... on ConsequenceChanged { check { consequence { digest } } }
"""
BOOK = (
    "mutation Book($input: BookSessionInput!) { bookSession(input: $input) { ... on BookSessionSuccess {"
    " session { id version status } consequence { digest costly summary } }" + REFUSAL + "} }"
)
CANCEL = (
    "mutation Cancel($input: CancelSessionInput!) { cancelSession(input: $input) { ... on CancelSessionSuccess {"
    " session { id version status } consequence { digest summary earning { minorUnits } penalty { minorUnits } } }"
    + REFUSAL
    + "} }"
)
RESCHEDULE = (
    "mutation Move($input: RescheduleSessionInput!) { rescheduleSession(input: $input) { ... on RescheduleSessionSuccess {"
    " session { id version status startsAt awaitsConfirmation } consequence { summary } }" + REFUSAL + "} }"
)
CONFIRM = (
    "mutation Confirm($input: ConfirmNewTimeInput!) { confirmNewTime(input: $input) { ... on ConfirmNewTimeSuccess {"
    " session { id awaitsConfirmation } }" + REFUSAL + "} }"
)
ADD_PERSON = (
    "mutation Add($input: AddPersonInput!) { addPerson(input: $input) { ... on AddPersonSuccess { person { id name timeZone } }"
    " ... on Refusal { __typename code message } ... on InvalidInput { path } } }"
)
ROTATE = (
    "mutation Rotate($input: RotateFeedUrlInput!) { rotateFeedUrl(input: $input) { ... on RotateFeedUrlSuccess {"
    " calendar { feedUrl } } ... on Refusal { __typename code } ... on InvalidInput { path } } }"
)
ADVANCE = (
    "mutation Advance($input: AdvanceTestClockInput!) { advanceTestClock(input: $input) { ... on AdvanceTestClockSuccess {"
    " organisation { now } } ... on Refusal { __typename code message } } }"
)
NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
