"""The notice board as a page: plain, small, safe, and showing nothing but what may be shown."""

from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from gateway.notice_board.board import Board, Household, Notice
from gateway.notice_board.pages import page
from running_gateway import HOW_TO_OBJECT, OTHER_VILLAGE, VILLAGE, RunningGateway, person, posted, row, told

LAST_DAY = date(2015, 6, 7)
JSON, PAGE, STYLE = f"/api/gateway/v1/notice-board/{VILLAGE}", f"/notice-board/{VILLAGE}", "/notice-board/style.css"
VOID = {"meta", "link", "br", "input"}


class Outline(HTMLParser):
    """Every element opened is closed in turn; what the elements and their attributes are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def board(households: int = 1, **changed: object) -> Board:
    posted_households = [Household(group="上屋组", head="张**", household_size=4, last_day=LAST_DAY)] * households
    notice = Notice(
        notice_id="n-1",
        number="20150601-3F9A2B",
        title="组级公示",
        area="上屋组",
        first_day=date(2015, 6, 1),
        last_day=LAST_DAY,
        how_to_object="向村民委员会提出。",
        households=posted_households,
    )
    shown = Board(
        village_code=VILLAGE,
        village="黄溪村委会",
        within=["修水县", "马坳镇"],
        on=date(2015, 6, 1),
        names="masked",
        notices=[notice],
    )
    return shown.model_copy(update=changed)


def rendered(shown: Board) -> str:
    return bytes(page("notice_board.html", board=shown).body).decode()


def test_the_page_tells_what_the_board_tells(gateway: RunningGateway) -> None:
    notice_id = gateway.post("张三丰")
    text = Outline(gateway.client().get(PAGE).text).text

    for told_there in (
        "黄溪村委会公示栏",
        "修水县 马坳镇",
        "上屋组",
        "张**",
        "4人",
        "2015年6月1日至2015年6月7日",
        f"公示编号：20150601-{notice_id[-6:].upper()}",
        HOW_TO_OBJECT,
    ):
        assert told_there in text


@pytest.mark.parametrize(("days", "left"), [(0, "还剩7天（含今天）"), (5, "还剩2天（含今天）"), (6, "今天是最后一天")])
def test_the_page_tells_how_long_a_notice_still_hangs(days: int, left: str) -> None:
    assert left in rendered(board(on=date(2015, 6, 1) + timedelta(days=days)))


@pytest.mark.parametrize(
    ("last_day", "on", "told_there"),
    [
        (None, LAST_DAY, ("今天是最后一天", "有异议正在处理，公示顺延")),
        (date(2015, 6, 10), LAST_DAY, ("今天是最后一天", "因异议顺延至2015年6月10日")),
        (date(2015, 6, 10), date(2015, 6, 9), ("已满，以下各户因异议顺延", "因异议顺延至2015年6月10日")),
    ],
)
def test_the_page_tells_which_household_hangs_longer_and_until_when(
    last_day: date | None, on: date, told_there: tuple[str, ...]
) -> None:
    held = board().notices[0].households[0].model_copy(update={"last_day": last_day})
    notice = board().notices[0]
    text = Outline(rendered(board(on=on, notices=[notice.model_copy(update={"households": [held]})]))).text

    assert [each for each in told_there if each not in text] == []
    assert "顺延" not in rendered(board())


def test_a_village_without_notices_has_a_friendly_page(gateway: RunningGateway) -> None:
    answer = gateway.client().get(f"/notice-board/{OTHER_VILLAGE}")

    assert answer.status_code == 200
    assert "现在没有正在公示的名单" in Outline(answer.text).text


@pytest.mark.parametrize("code", ["360424106299", "360424106000", "36042410621", "36042410621601", "1", "黄溪"])
def test_where_there_is_no_village_a_page_says_so(gateway: RunningGateway, code: str) -> None:
    answer = gateway.client().get(f"/notice-board/{code}")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "村的区划代码是12位数字" in Outline(answer.text).text


@pytest.mark.parametrize("path", ["/notice-board/", f"{PAGE}/", "/noticeboard", "/index.html"])
def test_a_mistyped_address_of_a_page_is_answered_with_a_page(gateway: RunningGateway, path: str) -> None:
    answer = gateway.client().get(path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    outline = Outline(answer.text)
    assert "没有这个地址。" in outline.text
    assert "/" in {attributes.get("href") for tag, attributes in outline.elements if tag == "a"}
    assert gateway.client().get("/api/gateway/v1/nowhere").json()["code"] == "no-such-page"


@pytest.mark.parametrize("path", [PAGE, STYLE, "/", "/api/gateway/v1/docs", "/api/gateway/v1/docs/start.js"])
def test_whoever_checks_a_link_may_ask_for_its_headers_alone(gateway: RunningGateway, path: str) -> None:
    asked, looked = gateway.client().head(path), gateway.client().get(path)

    assert (asked.status_code, asked.headers["Content-Type"]) == (200, looked.headers["Content-Type"])


def test_a_board_is_found_by_typing_the_code_of_the_village(gateway: RunningGateway) -> None:
    found = gateway.client().get("/notice-board", params={"village": VILLAGE})
    nothing = [gateway.client().get("/notice-board", params=typed) for typed in ({}, {"village": "//evil.example"})]

    assert (str(found.url.path), found.status_code) == (PAGE, 200)
    assert [answer.status_code for answer in nothing] == [404, 404]


def test_a_link_still_works_after_it_was_shared(gateway: RunningGateway) -> None:
    assert gateway.client().get(f"{PAGE}?from=singlemessage&isappinstalled=0").status_code == 200


def test_what_is_shown_is_text_and_never_markup() -> None:
    evil = '<script>alert("1")</script>'
    household = Household(group=evil, head=evil, household_size=4, last_day=LAST_DAY)
    changed = {"households": [household], "area": evil, "number": evil, "title": evil, "how_to_object": evil}
    notice = board().notices[0].model_copy(update=changed)
    html = rendered(board(village=evil, within=[evil], notices=[notice]))

    assert "script" not in {tag for tag, _ in Outline(html).elements}
    assert Outline(html).text.count(evil) >= 9


def test_nothing_on_the_page_acts_or_comes_from_elsewhere(gateway: RunningGateway) -> None:
    gateway.post("张三丰")
    answer = gateway.client().get(PAGE)
    elements = Outline(answer.text).elements
    links = [attributes["href"] or "" for _, attributes in elements if "href" in attributes]

    assert {tag for tag, _ in elements}.isdisjoint({"script", "style", "iframe", "img", "form", "object"})
    assert not any(name == "style" or name.startswith("on") for _, attributes in elements for name in attributes)
    assert all(link.startswith("/") and not link.startswith("//") for link in links)
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [JSON, PAGE])
def test_search_engines_and_caches_keep_nothing(gateway: RunningGateway, path: str) -> None:
    answer = gateway.client().get(path)

    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_of_three_hundred_households_is_small(gateway: RunningGateway) -> None:
    style = gateway.client().get(STYLE)

    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert len(rendered(board(households=300)).encode()) + len(style.content) <= 50_000


def test_a_changed_stylesheet_has_another_address(gateway: RunningGateway) -> None:
    href = next(attributes["href"] for tag, attributes in Outline(rendered(board())).elements if tag == "link")

    assert href
    assert href.startswith(f"{STYLE}?")
    assert "immutable" in gateway.client().get(href).headers["Cache-Control"]


def test_full_names_need_no_word_about_masks() -> None:
    assert "第一个字" in rendered(board())
    assert "第一个字" not in rendered(board(names="full"))


def test_nothing_else_about_people_or_the_act_is_shown(gateway: RunningGateway) -> None:
    head = person("张三丰", phone="13900001111", address="canary路9号", bank_account="6222000011112222")
    people = gateway.enrol(head)
    hidden = row(people.people[0].person_id)
    notice = posted([hidden]).model_copy(update={"performed_by": ("canary-performer",), "step": 987654})
    gateway.record(told(notice, "area/1"), people=people)
    number = head.id_number
    canaries = {
        *(number, number[:6], number[6:14], number[-4:], "三丰", "13900001111", "canary", "6222000011112222", "987654"),
        *(hidden.application_id, hidden.household_id, hidden.head_id, hidden.group_code),
        *(notice.place.text_id, notice.place.digest, "officer", "an-organisation"),
    }

    for path in (JSON, PAGE):
        shown = gateway.client().get(path).text.replace(notice.notice_id, "")
        shown = shown.replace(notice.notice_id[-6:].upper(), "")
        assert "张**" in shown
        assert [canary for canary in canaries if canary in shown] == []


def test_the_front_page_says_where_things_are(gateway: RunningGateway) -> None:
    outline = Outline(gateway.client().get("/").text)
    links = {attributes.get("href") for tag, attributes in outline.elements if tag == "a"}

    services = ("identification", "relocation", "industry", "safety-net", "gateway")
    assert {f"/api/{service}/v1/docs" for service in services} <= links
    assert ("form", {"action": "/notice-board"}) in outline.elements
    assert gateway.client().get("/api/gateway/v1/docs").status_code == 200
