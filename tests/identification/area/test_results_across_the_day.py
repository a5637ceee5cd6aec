"""What a household is told after its county got another code: the place as it is called that day, and a deadline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from chronicle.policy import Policy
from chronicle.principal import Duty
from huangxi import API, GROUP, REJECT, VERIFICATIONS, Huangxi, accepted, closing, verification
from identification.cases.application.gather import application_decider
from identification.cases.document.queries.letters import ResultLetter, letter
from moving import NEW, NEW_VILLAGE, OLD, holding, open_new_county, replace_county
from running_identification import running

SINCE, AFTER = "2015-07-01", "2015-07-02"
OFFICER = holding("officer", Duty("village_officer", NEW_VILLAGE))
OLD_DAYS, NEW_DAYS = 40, 2
PLACE = "庐山市马坳镇黄溪村委会"


@dataclass
class Told:
    """One was rejected before the day, another after it, and a third is registered after it."""

    village: Huangxi
    rejected_before: str
    rejected_after: str
    registered: str

    def letter(self, application_id: str) -> ResultLetter:
        handler, stream = self.village.service.handler, f"application/{application_id}"
        history = [application_decider.types.read(each) for each in handler.store.load({stream: 0})[stream]]
        return letter(handler, [each for each in history if each], None)

    def ask_again(self, application_id: str, on: str) -> str | None:
        """Ask for review on a day; why not, if refused."""
        self.village.on(on)
        path = f"{API}/applications/{application_id}/reconsideration-request"
        code: str | None = self.village.send_as(OFFICER, path, {"on": on, "statement": "请再看看"}).json().get("code")
        return code


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("results")
    with running(f"sqlite:///{folder / 'areas.db'}", folder) as service:
        village, handler = Huangxi(service), service.service.handler
        days = next(each for each in handler.policy if each.name == "reconsideration_request_days")
        of_county = {OLD[:6]: OLD_DAYS, NEW[:6]: NEW_DAYS}
        theirs = [days.model_copy(update={"area": area, "value": value}) for area, value in of_county.items()]
        handler.policy = Policy([*handler.policy, *theirs], handler.policy.labels)
        before, after, last = (village.file() for _ in range(3))
        for each in (before, after):
            village.bring(each, 4)
        village.on("06-12")
        accepted(village.send("officer", VERIFICATIONS, verification(before, REJECT)))
        posted = village.hold(7, village.bring(last, 7))
        open_new_county(service)
        village.on(AFTER[5:])
        replace_county(service, SINCE)
        held = verification(after, REJECT, village_code=NEW_VILLAGE, on=AFTER)
        accepted(village.send_as(OFFICER, VERIFICATIONS, held))
        accepted(village.send_as(OFFICER, f"{posted}/closing", closing(7)))
        service.catch_up()
        yield Told(village, *before, *after, *last)


def test_a_letter_names_the_place_as_on_the_day_of_the_result(told: Told) -> None:
    assert told.letter(told.registered).area == f"江西省九江市{PLACE}一组"
    assert told.letter(told.rejected_after).area == f"江西省九江市{PLACE}一组"
    assert told.letter(told.rejected_before).area == "江西省九江市修水县马坳镇黄溪村委会一组"


def test_the_register_names_the_place_as_on_the_day_of_registration(told: Told) -> None:
    (row,) = told.village.ask("auditor", f"{API}/registered-households").json()["items"]

    assert (row["group_code"], row["group_name"], row["place_name"]) == (GROUP, "一组", PLACE)


def test_the_deadline_on_the_letter_is_the_one_that_is_kept(told: Told) -> None:
    assert "可以在2015年7月22日前" in str(told.letter(told.rejected_before).review)
    assert "可以在2015年7月4日前" in str(told.letter(told.rejected_after).review)

    assert told.ask_again(told.rejected_after, "2015-07-05") == "reconsideration-too-late"
    assert told.ask_again(told.rejected_after, "2015-07-04") is None
    assert told.ask_again(told.rejected_before, "2015-07-23") == "reconsideration-too-late"
    assert told.ask_again(told.rejected_before, "2015-07-22") is None


@pytest.mark.parametrize(("on", "days"), [(date(2015, 6, 30), OLD_DAYS), (date(2015, 7, 1), NEW_DAYS)])
def test_policy_is_read_by_the_code_of_the_day(told: Told, on: date, days: int) -> None:
    assert told.village.service.handler.value("reconsideration_request_days", GROUP, on) == days
