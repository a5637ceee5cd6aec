"""Who acts: duties, areas, and the tokens that are believed and refused."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chronicle.clock import FixedClock
from chronicle.messages import Actor
from chronicle.principal import (
    AreaScope,
    Claims,
    Duty,
    Issuer,
    NotYourDuty,
    OutsideYourArea,
    Principal,
    Unauthenticated,
    Verifier,
)
from chronicle.refusals import Forbidden
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert, select

VILLAGE, TOWNSHIP, COUNTY = "360424106201", "360424106000", "360424000000"
OFFICER = Principal(
    person="0198c0de-0000-7000-8000-000000000001",
    organisation="village-committee-360424106201",
    account="officer.1",
    duties=(Duty("village_officer", VILLAGE), Duty("township_reviewer", "360424107"), Duty("auditor", "3605")),
    scopes=frozenset({"console", "feed"}),
)


def test_a_duty_is_held_in_everything_below_its_area() -> None:
    scope = Principal("p1", "o1", "a1", (Duty("township_reviewer", "360424106"),)).scope("township_reviewer")

    assert all(scope.covers(area) for area in (TOWNSHIP, VILLAGE, VILLAGE + "03"))
    assert not any(scope.covers(area) for area in (COUNTY, "360424107000", "360000000000"))


def test_a_scope_joins_the_areas_of_all_roles_asked_for_and_of_no_other() -> None:
    scope = OFFICER.scope("village_officer", "township_reviewer", "unheard_of")

    assert scope.prefixes == (VILLAGE, "360424107")
    assert not scope.covers("360500000000")


def test_without_a_duty_nothing_is_covered() -> None:
    for scope in (OFFICER.scope("county_officer"), OFFICER.scope(), AreaScope()):
        assert not scope.covers(VILLAGE)


digits = st.text("0123469", min_size=14, max_size=14)
prefixes = st.lists(st.builds(lambda code, n: code[:n], digits, st.sampled_from([2, 4, 6, 9, 12, 14])), max_size=3)
ENGINE = create_engine("sqlite://")
PLACE = Table("place", MetaData(), Column("area", Text))


@given(prefixes, st.lists(st.builds(lambda code, n: code[:n], digits, st.sampled_from([12, 14])), max_size=20))
def test_the_condition_finds_exactly_the_areas_covered(given: list[str], areas: list[str]) -> None:
    near = areas + [prefix.ljust(12, fill) for prefix in given for fill in "0159"]
    scope = AreaScope(tuple(given))

    with ENGINE.begin() as connection:
        PLACE.drop(connection, checkfirst=True)
        PLACE.create(connection)
        connection.execute(insert(PLACE), [{"area": area} for area in [*near, COUNTY]])
        found = connection.scalars(select(PLACE.c.area).where(scope.where(PLACE.c.area))).all()

    assert sorted(found) == sorted(area for area in [*near, COUNTY] if scope.covers(area))


def test_one_acts_in_a_role_one_holds() -> None:
    assert OFFICER.actor("auditor") == Actor(OFFICER.person, OFFICER.organisation, "auditor")
    with pytest.raises(NotYourDuty):
        OFFICER.actor("county_officer")


def test_the_first_role_held_in_the_area_is_the_one_acted_in() -> None:
    assert OFFICER.require("village_officer", area=VILLAGE).role == "village_officer"
    assert OFFICER.require("village_officer", "township_reviewer", area="360424107000").role == "township_reviewer"


def test_an_act_without_the_duty_and_one_outside_the_area_are_refused_by_name() -> None:
    with pytest.raises(NotYourDuty) as not_duty:
        OFFICER.require("county_officer", area=VILLAGE)
    with pytest.raises(OutsideYourArea) as outside:
        OFFICER.require("village_officer", "township_reviewer", area="360424106202")

    assert isinstance(not_duty.value, Forbidden)
    assert isinstance(outside.value, Forbidden)
    assert (not_duty.value.code, outside.value.code) == ("not-your-duty", "outside-your-area")


NOW = datetime(2015, 6, 30, 4, 0, tzinfo=UTC)
CLOCK = FixedClock(NOW)
KEY = ECKey.generate_key("P-256", auto_kid=True)
ISSUER = Issuer("https://id.example", "yihu", CLOCK, KEY.as_pem(private=True).decode())
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "yihu",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
}
CLAIMS |= Claims.of(OFFICER)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def verifier(clock: FixedClock) -> Verifier:
    return Verifier(ISSUER.jwks(), "https://id.example", "yihu", clock)


def signed(header: dict[str, Any] | None = None, key: Any = KEY, without: str = "", **claims: Any) -> str:
    """Sign as a provider would, header and claims changed as told."""
    said = {name: value for name, value in (CLAIMS | claims).items() if name != without}
    names = {name: value for name, value in (HEADER | (header or {})).items() if value is not None}
    return forged(names, said, key)


def forged(header: Any, claims: Any, key: Any = KEY) -> str:
    """Put any header before any claims, whatever a library thinks of them, and sign it as well as can be."""
    text = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
    if key is None:
        return text + "."
    if isinstance(key, bytes):
        return text + "." + b64(hmac.digest(key, text.encode(), "sha256"))
    alg = jws.JWSRegistry.algorithms[header.get("alg", "ES256") if isinstance(header, dict) else "ES256"]
    return text + "." + b64(alg.sign(text.encode(), key))


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_token_says_who_acts_for_whom_and_where(verifier: Verifier) -> None:
    assert verifier.principal(ISSUER.token(OFFICER)) == OFFICER
    assert verifier.principal(signed()) == OFFICER


TODAY = CLOCK.today()
identifiers = st.from_regex(r"[a-w][A-Za-z0-9._:-]{0,20}", fullmatch=True)
principals = st.builds(
    Principal,
    st.uuids().map(str),
    identifiers,
    identifiers,
    st.lists(
        st.builds(
            Duty,
            identifiers,
            st.sampled_from(["36", "3604", "360424106", VILLAGE]),
            st.none() | st.dates(max_value=TODAY),
            st.none() | st.dates(min_value=TODAY),
        ),
        max_size=5,
    ).map(tuple),
    st.frozensets(identifiers, max_size=3),
    st.none() | identifiers,
)


@given(principals)
def test_whoever_is_issued_a_token_is_read_from_it_unchanged(principal: Principal) -> None:
    verifier = Verifier(ISSUER.jwks(), "https://id.example", "yihu", CLOCK)

    assert verifier.principal(ISSUER.token(principal)) == principal


@pytest.mark.parametrize(
    "token",
    [
        signed(jti="1", azp="console", name="claims we do not read"),
        signed(aud=["other", "yihu"]),
        signed({"typ": "application/at+JWT"}),
        signed(nbf=CLAIMS["iat"]),
        signed(without="scope"),
        signed(duties=[]),
    ],
    ids=["further claims", "several audiences", "the long media type", "nbf now", "no scopes", "no duties"],
)
def test_what_providers_say_differently_is_understood(verifier: Verifier, token: str) -> None:
    assert verifier.principal(token).person == OFFICER.person


RSA = RSAKey.generate_key(2048, auto_kid=True)
OTHER = ECKey.generate_key("P-256", auto_kid=True)
PEM = KEY.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
EARLIER = CLAIMS["iat"] - 3600
LIMITED = {"role": "auditor", "area": "36", "from": "2015-06-01"}

PARTS = signed().split(".")

FORGED: list[tuple[str, str, Callable[[], str]]] = [
    ("alg none", "unsupported_algorithm", lambda: forged(HEADER | {"alg": "none"}, CLAIMS, None)),
    ("alg None", "unsupported_algorithm", lambda: forged(HEADER | {"alg": "None"}, CLAIMS, None)),
    ("alg nOnE", "unsupported_algorithm", lambda: forged(HEADER | {"alg": "nOnE"}, CLAIMS, None)),
    ("no alg", "missing_algorithm", lambda: signed({"alg": None})),
    ("alg that is a list", "invalid_header_value", lambda: forged(HEADER | {"alg": ["ES256"]}, CLAIMS, b"x")),
    ("HS256 with our public key", "unsupported_algorithm", lambda: forged(HEADER | {"alg": "HS256"}, CLAIMS, PEM)),
    ("ES384", "unsupported_algorithm", lambda: signed({"alg": "ES384"}, ECKey.generate_key("P-384"))),
    ("RS256", "unsupported_algorithm", lambda: signed({"alg": "RS256"}, RSA)),
    ("another key under our kid", "bad_signature", lambda: signed(key=OTHER)),
    ("unknown kid", "invalid_key_id", lambda: signed({"kid": OTHER.kid}, OTHER)),
    ("no kid", "missing_header", lambda: signed({"kid": None})),
    ("a path as kid", "invalid_key_id", lambda: signed({"kid": "../../dev/null"})),
    ("a list as kid", "invalid_header_value", lambda: signed({"kid": [KEY.kid]})),
    ("embedded key", "unsupported_header", lambda: signed({"jwk": OTHER.as_dict(private=False)}, OTHER)),
    ("our own key embedded", "unsupported_header", lambda: signed({"jwk": KEY.as_dict(private=False)})),
    ("jku", "unsupported_header", lambda: signed({"jku": "https://evil.example/keys"})),
    ("x5u", "unsupported_header", lambda: signed({"x5u": "https://evil.example/chain"})),
    ("x5c", "unsupported_header", lambda: signed({"x5c": ["MIIB"]})),
    ("unknown crit", "unsupported_header", lambda: signed({"crit": ["magic"], "magic": True})),
    ("crit of something known", "unsupported_header", lambda: signed({"crit": ["kid"]})),
    ("crit that is a number", "malformed", lambda: signed({"crit": 5})),
    ("unencoded payload", "unsupported_header", lambda: signed({"b64": False, "crit": ["b64"]})),
    ("typ JWT", "invalid_header_value", lambda: signed({"typ": "JWT"})),
    ("typ that is a number", "invalid_header_value", lambda: signed({"typ": 1})),
    ("no typ", "missing_header", lambda: signed({"typ": None})),
    ("header that is a list", "malformed", lambda: forged(["alg", "kid", "typ"], CLAIMS)),
    ("header over half a kilobyte", "exceeded_size", lambda: signed({"pad": "x" * 512})),
    ("claims that are a list", "invalid_payload", lambda: forged(HEADER, [CLAIMS])),
    ("changed claims", "bad_signature", lambda: f"{PARTS[0]}.{b64(json.dumps({}).encode())}.{PARTS[2]}"),
    ("cut signature", "bad_signature", lambda: signed()[:-4]),
    ("no signature", "bad_signature", lambda: f"{PARTS[0]}.{PARTS[1]}."),
    ("trailing part", "decode_error", lambda: signed() + ".AAAA"),
    ("trailing space", "bad_signature", lambda: signed() + " "),
    ("one part", "decode_error", lambda: "AAAA"),
    ("nothing", "decode_error", lambda: ""),
    ("Chinese full stop", "bad_signature", lambda: signed() + "。"),
    ("half a surrogate", "malformed", lambda: signed() + "\ud800"),
    ("one megabyte", "exceeded_size", lambda: signed(padding="x" * 1_000_000)),
    ("a little over 8 kB", "exceeded_size", lambda: signed(padding="x" * 6000)),
    ("expired", "expired_token", lambda: signed(iat=EARLIER, exp=CLAIMS["iat"] - 60)),
    ("exp as text", "invalid_claim", lambda: signed(exp="never")),
    ("exp NaN", "invalid_claim", lambda: signed(exp=float("nan"))),
    ("exp true", "invalid_claim", lambda: signed(exp=True)),
    ("no exp", "missing_claim", lambda: signed(without="exp")),
    ("not valid yet", "invalid_claim", lambda: signed(nbf=CLAIMS["iat"] + 61)),
    ("issued in the future", "invalid_claim", lambda: signed(iat=CLAIMS["iat"] + 61)),
    ("no iat", "missing_claim", lambda: signed(without="iat")),
    ("another issuer", "invalid_claim", lambda: signed(iss="https://id.example/")),
    ("no issuer", "missing_claim", lambda: signed(without="iss")),
    ("another audience", "invalid_claim", lambda: signed(aud="yihu-test")),
    ("audience within a word", "invalid_claim", lambda: signed(aud=["my-yihu"])),
    ("no audience", "missing_claim", lambda: signed(without="aud")),
    ("no account", "malformed", lambda: signed(without="sub")),
    ("no person", "malformed", lambda: signed(without="person")),
    ("no organisation", "malformed", lambda: signed(without="organisation")),
    ("no duties", "malformed", lambda: signed(without="duties")),
    ("a name as person", "malformed", lambda: signed(person="张三")),
    ("a name in Latin letters as person", "malformed", lambda: signed(person="zhangsan")),
    ("an ID number as person", "malformed", lambda: signed(person="99000119900101002X")),
    ("a telephone number as person", "malformed", lambda: signed(person="13800000000")),
    ("an ID number as account", "malformed", lambda: signed(sub="99000119900101002X")),
    ("a telephone number as account", "malformed", lambda: signed(sub="13800000000")),
    ("a number as person", "malformed", lambda: signed(person=7)),
    ("a duty everywhere", "malformed", lambda: signed(duties=[{"role": "auditor", "area": ""}])),
    ("a duty in half a county", "malformed", lambda: signed(duties=[{"role": "auditor", "area": "36042"}])),
    ("a condition we do not know", "malformed", lambda: signed(duties=[{"role": "r", "area": "36", "while": "ill"}])),
    *(
        (f"a duty until {until!r}", "malformed", lambda until=until: signed(duties=[LIMITED | {"until": until}]))
        for until in ("2015", "2015-02-30", "20150630", "2015-W26-2", "2015-06-30T00:00:00", "", 1435622400, None, True)
    ),
    ("a duty that ends before it begins", "malformed", lambda: signed(duties=[LIMITED | {"until": "2015-05-31"}])),
    ("a duty bounded in our own words", "malformed", lambda: signed(duties=[LIMITED | {"last_day": "2015-06-30"}])),
    ("a name as department", "malformed", lambda: signed(department="民政局")),
    ("two departments", "malformed", lambda: signed(department=["education", "health"])),
    ("a duty without an area", "malformed", lambda: signed(duties=[{"role": "auditor"}])),
    ("duties as one text", "malformed", lambda: signed(duties="auditor")),
]


@pytest.mark.parametrize(("reason", "forge"), [row[1:] for row in FORGED], ids=[row[0] for row in FORGED])
def test_a_token_with_a_fault_is_refused(verifier: Verifier, reason: str, forge: Callable[[], str]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        verifier.principal(forge())

    assert refused.value.facts == {"reason": reason}
    # The fault's own message may quote the token, so no traceback shows it.
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*HEADER, "crit", "b64", "jwk", ""]), inner),
    )
)
def test_no_header_however_strange_brings_the_verifier_down(header: Any) -> None:
    verifier = Verifier(ISSUER.jwks(), "https://id.example", "yihu", CLOCK)

    with pytest.raises(Unauthenticated):
        verifier.principal(f"{b64(json.dumps(header).encode())}.{b64(json.dumps(CLAIMS).encode())}.AAAA")


def test_a_key_of_another_kind_in_the_providers_set_is_no_way_in() -> None:
    secret = OctKey.import_key("a secret that was published", {"kid": "shared"})
    keys = [*ISSUER.jwks()["keys"], RSA.as_dict(private=False), secret.as_dict(private=True)]
    verifier = Verifier({"keys": keys}, "https://id.example", "yihu", CLOCK)

    assert verifier.principal(signed()) == OFFICER
    for header, key in (({"alg": "HS256", "kid": "shared"}, secret), ({"alg": "RS256", "kid": RSA.kid}, RSA)):
        with pytest.raises(Unauthenticated):
            verifier.principal(signed(header, key))


def test_a_token_lives_ten_minutes_and_a_minute_of_leeway_by_our_own_clock(
    verifier: Verifier, clock: FixedClock
) -> None:
    token = ISSUER.token(OFFICER)

    clock.advance(timedelta(minutes=11, seconds=-1))
    assert verifier.principal(token) == OFFICER

    clock.advance(timedelta(seconds=1))
    with pytest.raises(Unauthenticated) as refused:
        verifier.principal(token)
    assert refused.value.facts == {"reason": "expired_token"}


def test_a_token_read_before_is_not_believed_before_its_time(verifier: Verifier, clock: FixedClock) -> None:
    verifier.principal(signed())

    clock.set(NOW - timedelta(minutes=2))
    with pytest.raises(Unauthenticated):
        verifier.principal(signed())


@pytest.mark.parametrize(
    ("now", "is_held"),
    [
        ("2015-06-30T15:59:59", False),
        ("2015-06-30T16:00:00", True),
        ("2015-07-03T15:59:59", True),
        ("2015-07-03T16:00:00", False),
    ],
    ids=["on the day before", "from the first of the day in Shanghai", "to the end of the last day", "the day after"],
)
def test_a_duty_is_held_on_its_days_and_no_other(
    verifier: Verifier, clock: FixedClock, now: str, *, is_held: bool
) -> None:
    days = {"from": "2015-07-01", "until": "2015-07-03"}
    limited = {"role": "township_reviewer", "area": "360424106", **days}
    token = signed(duties=[{"role": "auditor", "area": "36"}, limited], exp=CLAIMS["iat"] + 10 * 24 * 3600)
    # Whatever was read before, and on which day, the day of the request counts.
    assert verifier.principal(token).scope("township_reviewer").prefixes == ()
    clock.set(datetime.fromisoformat(now).replace(tzinfo=UTC))
    somebody = verifier.principal(token)

    assert somebody.scope("auditor").prefixes == ("36",)
    assert somebody.scope("township_reviewer").covers(VILLAGE) == is_held


@pytest.mark.parametrize(
    ("dates", "is_held"),
    [
        ({}, True),
        ({"from": "2015-06-30"}, True),
        ({"until": "2015-06-30"}, True),
        ({"from": "2015-07-01"}, False),
        ({"until": "2015-06-29"}, False),
    ],
)
def test_a_duty_without_a_bound_is_held_for_good_on_that_side(
    verifier: Verifier, dates: dict[str, str], *, is_held: bool
) -> None:
    principal = verifier.principal(signed(duties=[{"role": "auditor", "area": "36", **dates}]))

    assert bool(principal.duties) == is_held


def test_a_token_may_say_for_which_department_somebody_acts(verifier: Verifier) -> None:
    assert verifier.principal(signed(department="civil_affairs")).department == "civil_affairs"
    assert verifier.principal(signed()).department is None


def test_the_demo_may_issue_a_longer_token(verifier: Verifier, clock: FixedClock) -> None:
    token = ISSUER.token(OFFICER, timedelta(hours=12))

    clock.advance(timedelta(hours=12))
    assert verifier.principal(token) == OFFICER


def test_the_issuer_publishes_its_public_key_and_nothing_else() -> None:
    (published,) = ISSUER.jwks()["keys"]

    assert set(published) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_an_issuer_with_a_key_that_was_kept_is_the_one_that_had_it(clock: FixedClock) -> None:
    kept = Issuer.draw()
    first, second = (Issuer("https://id.example", "yihu", clock, kept) for _ in range(2))

    assert first.jwks() == second.jwks() != ISSUER.jwks()
    assert Verifier(second.jwks(), "https://id.example", "yihu", clock).principal(first.token(OFFICER)) == OFFICER


def test_every_token_has_its_own_id() -> None:
    tokens = [jwt.decode(ISSUER.token(OFFICER), KEY, ["ES256"]).claims for _ in range(2)]

    assert tokens[0]["jti"] != tokens[1]["jti"]
