"""Whatever is sent to any operation: nothing fails, and each answer is one that the operation's document describes."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from asking import Operation, Request
from asking import send as send_as_usual
from bodies import county, second_in_county
from canaries import Canaries
from casework.roles import Role
from chronicle.messages import new_id
from dossier import Stage
from dossiers import GROUPS, Countryside, officer
from huangxi import API
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from operations import OPERATIONS
from papers import JPEG, PDF, PNG
from running_service import ROOT
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serving import principal, serving

# Together some 700 requests by default, and 80,000 in the profile "thorough".
EACH = max(1, settings().max_examples // 20)
GROUP = GROUPS[0]
DOCUMENTATION = (ROOT / "docs" / "integrating.md").read_text("utf-8")
WIDE = replace(
    principal("everybody", *((role, GROUP[:2]) for role in Role)), scopes=frozenset({"feed:open", "feed:sensitive"})
)
# Nothing is shrunk: what was sent once has been done, and what comes next is answered otherwise.
ALIKE_EVERY_TIME = settings(
    max_examples=EACH,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
POSITION = re.compile("[a-z-]+/[0-9]+:[0-9]+")


@schemathesis.serializer(JPEG, PNG, PDF)
def _file(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


class Sent(Enum):
    """How much of a request is drawn; the rest is what people send there."""

    ALL_DRAWN = auto()
    BUT_FOR_WHAT_IT_IS_ABOUT = auto()
    ONE_PART_DRAWN = auto()


@dataclass(frozen=True)
class Drawn:
    """One request, and whether whoever usually does it sends it, or somebody with every duty."""

    case: Case[Any]
    sent: Sent
    by_anybody: bool


Send = Callable[[Operation, Drawn], None]
Described = Mapping[str, APIOperation[Any, Any, Any, Any]]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Countryside]:
    """A group of its own, with a household at every stage: what is sent here changes it for good."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IDENTIFICATION_TYPEFACE_FOLDER", str(typeface_folder))
        with serving(tmp_path_factory.mktemp("documented")) as served:
            yield Countryside(served, Canaries(), (GROUP,))


@pytest.fixture(scope="module")
def described(there: Countryside) -> Described:
    """Every operation of every document, by name; of an answer no field counts as described that is not named."""
    found: dict[str, APIOperation[Any, Any, Any, Any]] = {}
    for service in there.served.embedded.services:
        document = there.served.http.get(f"/api/{service}/v1/openapi.json").json()
        for each in document["components"]["schemas"].values():
            if "properties" in each:
                each.setdefault("additionalProperties", False)
        schema = schemathesis.openapi.from_dict(document)
        # Who asks is who we say.
        schema.config.generation.with_security_parameters = False
        for each in schema.get_all_operations():
            assert isinstance(each, Ok), each
            found[each.ok().label] = each.ok()
    return found


@pytest.fixture(scope="module")
def send(there: Countryside, answered: Counter[tuple[str, str]]) -> Iterator[Send]:
    """Send a request in the name of whoever usually does it or of somebody with every duty, and check its answer."""
    address, served = there.served.embedded.address, there.served
    with requests.Session() as session:
        session.trust_env = False

        def _send(operation: Operation, drawn: Drawn) -> None:
            case = drawn.case
            internal = {"Yihu-Service-Credential": served.credential} if "/internal/" in case.path else {}
            token = served.token(WIDE if drawn.by_anybody else operation.who(GROUP))
            answer = case.call(address, session, {**token, **internal, "Accept-Language": "en"})
            answered[case.path.split("/")[2], f"{answer.status_code // 100}xx"] += 1
            # Not checked: whether what fits the schema is accepted. A day to come fits it, a code of no area, a case
            # that is closed; each of these refusals has a test of its own.
            checks = [*CHECKS, negative_data_rejection] if drawn.sent is Sent.ALL_DRAWN else CHECKS
            case.validate_response(answer, checks)

        yield _send


@pytest.fixture(scope="module")
def requests_to(there: Countryside, described: Described) -> Callable[[str], st.SearchStrategy[Drawn]]:
    """What fits the document and what does not, all of it or one part of what people send; and boundaries."""

    @cache
    def of(name: str) -> st.SearchStrategy[Drawn]:
        operation, each = OPERATIONS[name], described[name]
        usual = [operation.about(it, it.group) for it in there.dossiers if operation.fits(it)]
        fitting, other = (
            each.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )
        coverage = each.schema.iter_coverage_cases(
            each, generation_modes=list(GenerationMode), generation_config=each.schema.config.generation
        )
        boundaries = list(islice(coverage, EACH))

        @st.composite
        def requests(draw: st.DrawFn) -> Drawn:
            by_anybody, kind = draw(st.booleans()), draw(st.integers(0, 7))
            if kind == 0 and boundaries:
                return Drawn(boundaries[draw(st.integers(0, len(boundaries) - 1))], Sent.ALL_DRAWN, by_anybody)
            sent = Sent.ALL_DRAWN if kind == 1 else Sent.BUT_FOR_WHAT_IT_IS_ABOUT if kind == 2 else Sent.ONE_PART_DRAWN
            case = draw(other if draw(st.integers(0, 3)) == 0 else fitting)
            usually = usual[draw(st.integers(0, len(usual) - 1))]
            if sent is not Sent.ALL_DRAWN:
                case.path_parameters = _path_parameters(operation, usually)
            if sent is Sent.ONE_PART_DRAWN:
                _but_for_one_part(case, usually, draw(st.integers(0, 99)))
            return Drawn(case, sent, by_anybody)

        return requests()

    return of


def _but_for_one_part(case: Case[Any], usual: Request, part: int) -> None:
    key = {"Idempotency-Key": new_id()} if usual.method == "POST" else {}
    headers, body = {**usual.headers, **key}, usual.body
    query = {name: str(value) for name, value in usual.query.items() if value is not None}
    if part % 4 == 0 and case.headers:
        headers |= _one_of(dict(case.headers), part // 4)
    elif isinstance(body, dict) and isinstance(case.body, dict):
        body = {**body, **_one_of(case.body, part)}
    elif isinstance(case.query, dict):
        query |= _one_of(case.query, part)
    case.headers = requests.structures.CaseInsensitiveDict(headers)
    case.query = query
    if body is not None:
        case.body, case.media_type = body, JPEG if isinstance(body, bytes) else "application/json"


def _one_of(drawn: dict[str, Any], part: int) -> dict[str, Any]:
    return dict([list(drawn.items())[part % len(drawn)]]) if drawn else {}


def _path_parameters(operation: Operation, usual: Request) -> dict[str, Any]:
    form = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path)
    found = re.fullmatch(form, usual.path)
    return found.groupdict() if found else {}


def _without_waiting(case: Case[Any]) -> Case[Any]:
    """Nobody gets to positions that are made up: each would be waited for, and 503 is what the document says then."""
    if POSITION.match(str(case.headers.get("Yihu-After"))):
        del case.headers["Yihu-After"]
    if re.fullmatch("[1-9][0-9]*", str(case.query.get("wait"))):
        del case.query["wait"]
    return case


def test_what_the_documentation_has_a_case_system_send_is_done(there: Countryside, tmp_path: Path) -> None:
    it, helpers = there.at(GROUP, Stage.GRANTED), {"HELPER": new_id(), "SUCCESSOR": new_id()}
    files = {"YIHU_TOKEN_FILE": county(GROUP), "COLLEAGUE_TOKEN_FILE": second_in_county(GROUP)}
    for name, who in (files | {"VILLAGE_TOKEN_FILE": officer(GROUP)}).items():
        (tmp_path / name).write_text(there.served.token(who)["Authorization"].removeprefix("Bearer "))
    known = {"HOUSEHOLD": it.household_id, "ID_NUMBER": it.id_number, **helpers}
    known["APPLICATION"] = there.at(GROUP, Stage.FILED).application_id
    known |= {"YIHU": there.served.embedded.address} | {each.name: str(each) for each in tmp_path.iterdir()}
    section = DOCUMENTATION.partition("\n## Acting for officers\n")[2].partition("\n## ")[0]
    command = ["bash", "-euo", "pipefail", "-c", "\n".join(re.findall(r"```bash\n(.*?)```", section, re.DOTALL))]
    done = subprocess.run(  # noqa: S603 - what the documentation says
        command, env={**os.environ, **known}, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found, _ = json.JSONDecoder().raw_decode(done.stdout)
    assert [each["household_id"] for each in found["items"]] == [it.household_id]
    pairing = there.read(f"{API}/households/{it.household_id}/pairing")
    assert pairing["helper"] == helpers["SUCCESSOR"]
    assert there.read(f"{API}/applications/{known['APPLICATION']}")["history"][-1]["backfill"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_people_send_is_done_and_answered_as_described(
    there: Countryside, described: Described, name: str
) -> None:
    operation = OPERATIONS[name]
    usual = operation.about(there.at(GROUP, operation.stage), GROUP)
    answer = send_as_usual(there.served, operation.who(GROUP), usual)

    assert answer.is_success, answer.text
    case = described[name].Case(path_parameters=_path_parameters(operation, usual))
    case.validate_response(answer, CHECKS)


@pytest.mark.parametrize("name", OPERATIONS)
@ALIKE_EVERY_TIME
@given(data=st.data())
def test_every_answer_is_documented_and_none_is_a_fault(
    requests_to: Callable[[str], st.SearchStrategy[Drawn]], send: Send, name: str, data: st.DataObject
) -> None:
    drawn = data.draw(requests_to(name))

    send(OPERATIONS[name], replace(drawn, case=_without_waiting(drawn.case)))


@pytest.mark.parametrize("name", OPERATIONS)
def test_of_each_operation_an_answer_that_is_not_described_would_be_found(described: Described, name: str) -> None:
    operation = described[name]
    case = operation.Case(path_parameters=dict.fromkeys(re.findall(r"\{(\w+)\}", operation.path), "1"))
    asked = requests.Request(operation.method.upper(), f"http://there{case.formatted_path}").prepare()

    def passes(status: int, media_type: str, body: Any) -> bool:
        # With what some problems have to bring, so that nothing is found for want of that alone.
        named = {"content-type": [media_type], "retry-after": ["5"], "www-authenticate": ["Bearer"], "etag": ['"1"']}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            case.validate_response(Response(status, named, content, asked, 0.1, verify=False), CHECKS)
        except FailureGroup:
            return False
        return True

    named = {"type": "urn:yihu:not-found", "code": "not-found", "instance": "urn:uuid:1"}
    problem = {**named, "title": "t", "status": 404, "detail": "d"}
    answers = operation.definition.raw["responses"]
    assert passes(404, "application/problem+json", problem) == ("404" in answers)
    for status, answer in answers.items():
        for media_type in answer.get("content", {}):
            if "json" in media_type:
                assert not passes(int(status), media_type, "no such text")
        # What has no content is said to have none, and nothing else.
        assert bool(answer.get("content")) == (status != "204")
        assert status == "204" or not passes(int(status), "text/x-unheard-of", b"?")
    assert not passes(418, "application/problem+json", problem)


def test_nothing_failed_behind_the_answers(there: Countryside) -> None:
    log = [json.loads(line) for line in there.served.log.read_text("utf-8").splitlines() if line.startswith("{")]

    assert any(line["event"] == "request" for line in log)
    assert [line for line in log if line["level"] in {"error", "critical"}] == []
