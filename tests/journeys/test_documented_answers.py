"""Whatever is sent to any operation: nothing fails, and each answer is one that the operation's document describes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from asking import Operation
from asking import send as send_as_usual
from canaries import Canaries
from casework.roles import Role
from dossier import Dossier
from dossiers import GROUPS, Countryside
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from operations import OPERATIONS
from papers import JPEG
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from serving import principal, serving

# Together some 700 requests by default, and 80,000 in the profile "thorough".
EACH = max(1, settings().max_examples // 12)
SENT = ("as generated", "about a household", "as people send it")
WIDE = replace(
    principal("everybody", *((role, GROUPS[0][:2]) for role in Role)), scopes=frozenset({"feed:open", "feed:sensitive"})
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
# Of an answer that was asked for otherwise: whatever does not look at what was sent.
ANSWER: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
POSITION = re.compile("[a-z-]+/[0-9]+:[0-9]+")

Send = Callable[[Case[Any], str], None]
Cases = st.SearchStrategy[tuple[Case[Any], str]]
Described = Mapping[str, APIOperation[Any, Any, Any, Any]]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, typeface_folder: Path) -> Iterator[Countryside]:
    """A group of its own, with a household at every stage: what is sent here changes it for good."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IDENTIFICATION_TYPEFACE_FOLDER", str(typeface_folder))
        with serving(tmp_path_factory.mktemp("documented")) as served:
            yield Countryside(served, Canaries(), GROUPS[:1])


@pytest.fixture(scope="module")
def described(there: Countryside) -> Described:
    """Every operation of every document, by name."""
    found: dict[str, APIOperation[Any, Any, Any, Any]] = {}
    for service in there.served.embedded.services:
        document = there.served.http.get(f"/api/{service}/v1/openapi.json").json()
        schema = schemathesis.openapi.from_dict(document)
        # Who asks is who we say.
        schema.config.generation.with_security_parameters = False
        for each in schema.get_all_operations():
            assert isinstance(each, Ok), each
            found[each.ok().label] = each.ok()
    return found


@pytest.fixture(scope="module")
def send(there: Countryside) -> Iterator[Send]:
    """Send a case in the name of somebody with every duty, and hold its answer against the document."""
    address, token = there.served.embedded.address, there.served.token(WIDE)
    with requests.Session() as session:
        session.trust_env = False

        def _send(case: Case[Any], sent: str) -> None:
            internal = {"Yihu-Service-Credential": there.served.credential} if "/internal/" in case.path else {}
            headers = {**token, **internal, "Accept-Language": "en"}
            # Not checked: whether what fits the schema is accepted. A day to come fits it, a code of no area, a case
            # that is closed; each of these refusals has a test of its own.
            unchecked: list[Any] = [positive_data_acceptance]
            if sent != SENT[0]:
                # What was wrong may have been replaced.
                unchecked.append(negative_data_rejection)
            if case.path.endswith("/search"):
                # Asked otherwise, "search" is taken for an id: it is another address, which takes that method.
                unchecked.append(unsupported_method)
            case.call_and_validate(address, session, headers, excluded_checks=unchecked)

        yield _send


@pytest.fixture(scope="module")
def cases(there: Countryside, described: Described) -> Callable[[str], Cases]:
    """What fits the document and what does not, as drawn, and with what is there in its place; and every boundary."""

    @cache
    def of(name: str) -> Cases:
        operation, households = OPERATIONS[name], [each for each in there.dossiers if OPERATIONS[name].fits(each)]
        drawn = st.one_of([described[name].as_strategy(generation_mode=mode) for mode in GenerationMode])
        boundaries = described[name].schema.iter_coverage_cases(
            described[name],
            generation_modes=list(GenerationMode),
            generation_config=described[name].schema.config.generation,
        )
        placed = st.tuples(drawn, st.sampled_from(households), st.sampled_from(SENT))
        return placed.map(lambda each: (_placed(operation, *each), each[-1])) | st.sampled_from(
            [(each, SENT[0]) for each in islice(boundaries, EACH)]
        )

    return of


def _placed(operation: Operation, case: Case[Any], it: Dossier, sent: str) -> Case[Any]:
    request = operation.about(it, it.group)
    if sent != SENT[0]:
        form = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path)
        found = re.fullmatch(form, request.path)
        case.path_parameters = found.groupdict() if found else {}
    if sent == SENT[2]:
        case.query = {name: value for name, value in request.query.items() if value is not None}
        if request.body is not None:
            case.body = request.body
            case.media_type = JPEG if isinstance(request.body, bytes) else "application/json"
    return case


def _without_waiting(case: Case[Any]) -> Case[Any]:
    """Nobody gets to positions that are made up: each would be waited for, and 503 is what the document says then."""
    if POSITION.match(str(case.headers.get("Yihu-After"))):
        del case.headers["Yihu-After"]
    if re.fullmatch("[1-9][0-9]*", str(case.query.get("wait"))):
        del case.query["wait"]
    return case


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_people_send_is_done_and_answered_as_described(
    there: Countryside, described: Described, name: str
) -> None:
    operation = OPERATIONS[name]
    group = there.groups[0]
    answer = send_as_usual(there.served, operation.who(group), operation.about(there.at(group, operation.stage), group))

    assert answer.is_success, answer.text
    described[name].Case().validate_response(answer, checks=ANSWER)


@pytest.mark.parametrize("name", OPERATIONS)
@ALIKE_EVERY_TIME
@given(data=st.data())
def test_every_answer_is_documented_and_none_is_a_fault(
    cases: Callable[[str], Cases], send: Send, name: str, data: st.DataObject
) -> None:
    case, sent = data.draw(cases(name))

    send(_without_waiting(case), sent)
