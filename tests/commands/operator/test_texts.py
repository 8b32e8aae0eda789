"""Text that no database keeps is refused wherever it stands in a command, before anything else is asked."""

import pytest

from commands.add_contract import AddContract, add_contract
from commands.cancel import CancelSession, cancel
from commands.publish_policy import PublishPolicy, publish_policy
from commands.set_holidays import NamedDay, SetHolidays, set_holidays
from policy.terms import RefusalCode
from tests.commands.operator.house import CALL, House, refusal

UNKEPT = pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfffb"], ids=["U+0000", "first half", "second half"])


@UNKEPT
def test_text_that_cannot_be_kept_is_refused_in_every_place(house: House, text: str) -> None:
    contract = AddContract(name="N", sponsor="S", document=f"# {text}\n")
    note = CancelSession(session_id=house.call, note=text)
    days = SetHolidays(year=2027, holidays=(NamedDay(on_date=CALL.date(), name=text),))
    policy = PublishPolicy(document=f'extends = "mastered"\n# {text}\n')
    with house.watch() as seen:
        refusal(add_contract(house.database, house.request(), contract), RefusalCode.INVALID_INPUT)
        refusal(cancel(house.database, house.request(), note), RefusalCode.INVALID_INPUT)
        refusal(set_holidays(house.database, house.request(), days), RefusalCode.INVALID_INPUT)
        refusal(publish_policy(house.database, house.request(), policy), RefusalCode.INVALID_INPUT)
    seen.assert_nothing_happened()
