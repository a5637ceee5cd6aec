"""Who acts: a person with duties in areas, read from a signed token. Knows no role by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import ColumnElement, and_, false, or_

from chronicle.area_codes import AS_RECORDED, AreaCodes, Region
from chronicle.clock import Clock
from chronicle.messages import ID, Actor, new_id
from chronicle.refusals import Forbidden, Refusal

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type
LONGEST_TOKEN = 8192
LEEWAY = timedelta(seconds=60)
LIFE = timedelta(minutes=10)

AreaPrefix = Annotated[str, Field(pattern=r"^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3}([0-9]{2})?)?)?)?)?$")]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
# Accounts are logged: digits alone could be an ID number (which may end in X) or a telephone number.
AccountId = Annotated[str, Field(pattern=r"^[0-9Xx]{0,63}[A-WYZa-wyz._:-][A-Za-z0-9._:-]{0,63}$", max_length=64)]
# People stand in every event: a UUID can never be a name.
PersonId = Annotated[str, Field(pattern=f"^{ID}$")]


def _written(value: object) -> date:
    """Read a date as it is written in claims; ValueError for a number, a time, or another spelling."""
    if isinstance(value, str) and (read := date.fromisoformat(value)).isoformat() == value:
        return read
    raise ValueError("a date is written as 2015-06-30")


# The word alone tells that there is no bound: null could as well be a date that somebody lost.
MaybeWrittenDate = Annotated[date | None, BeforeValidator(_written)]


class Unauthenticated(Refusal, code="unauthenticated", zh="请先登录，或登录已失效，请重新登录。"):
    """Sign in, or sign in again."""


class NotYourDuty(Forbidden, code="not-your-duty", zh="您没有办理此事的职责。"):
    """None of your duties includes this."""


class NotYourSubstitution(Forbidden, code="not-your-substitution", zh="您今天没有这项代理职责。"):
    """Today you do not stand in for anybody under this substitution."""


class NoBackfillHere(Refusal, code="no-backfill-here", zh="此处不接受按补录批次录入。"):
    """Nothing is entered here in a backfill run."""


class OutsideYourArea(Forbidden, code="outside-your-area", zh="此事不在您负责的区域内。"):
    """This is outside the area you are responsible for."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A role held in every area whose code begins with a prefix of 2, 4, 6, 9, 12 or 14 digits.

    It is held from the first day to the last, both included; without one, it has no such bound. Days are business
    dates, and what counts is the day on which somebody acts, not the date of what they enter.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    role: Identifier
    area: AreaPrefix
    first_day: Annotated[MaybeWrittenDate, Field(alias="from")] = None
    last_day: Annotated[MaybeWrittenDate, Field(alias="until")] = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("a duty ends before it begins")

    def is_held(self, on: date) -> bool:
        """Tell whether it is held on a day."""
        return (self.first_day or on) <= on <= (self.last_day or on)


@dataclass(frozen=True, slots=True)
class AreaScope:
    """The areas somebody may see or act in, by the codes in force now; without prefixes, none.

    What was recorded under an earlier code lies where that area lies now.
    """

    prefixes: tuple[str, ...] = ()
    codes: AreaCodes = field(default=AS_RECORDED, compare=False, repr=False)

    def covers(self, area: str) -> bool:
        """Tell whether an area of 12 or 14 digits lies within."""
        return self.codes.now(area).startswith(self.prefixes)

    def within(self, prefix: str) -> "AreaScope":
        """The part of it whose codes begin with a prefix."""
        nested = (mine for mine in self.prefixes if mine.startswith(prefix) or prefix.startswith(mine))
        return AreaScope(tuple(sorted({max(mine, prefix, key=len) for mine in nested})), self.codes)

    def where(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """The same as a condition on a column of area codes, written as ranges an index can serve."""
        return or_(false(), *(_in(region, column) for region in self.codes.regions(self.prefixes)))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person, the organisation and account they act with, their duties, the scopes of the token.

    ``department`` is the department of the government that they act for, if they are of one; ``on_behalf_of`` is the
    person in whose place they act as a substitute, and ``own`` then their own duties, which give them nothing;
    ``backfill`` is the run that they say they enter in. ``codes`` are the area codes in force when they ask, once they
    are let in: the one place where a duty is held against what areas are called now.
    """

    person: str
    organisation: str
    account: str
    duties: tuple[Duty, ...] = ()
    scopes: frozenset[str] = frozenset()
    department: str | None = None
    on_behalf_of: str | None = None
    backfill: str | None = None
    own: tuple[Duty, ...] = ()
    codes: AreaCodes = field(default=AS_RECORDED, compare=False, repr=False)

    def in_place_of(self, person: str, duty: Duty) -> "Principal":
        """The same person in another's place: with that one duty, and no right that is their own."""
        return Principal(self.person, self.organisation, self.account, (duty,), on_behalf_of=person, own=self.duties)

    def on(self, day: date) -> "Principal":
        """The same person with the duties held on a day."""
        held = tuple(duty for duty in self.duties if duty.is_held(day))
        return self if len(held) == len(self.duties) else replace(self, duties=held)

    def scope(self, *roles: str) -> AreaScope:
        """Where this person holds one of the roles; a duty in what goes by another code now is held nowhere."""
        held = {duty.area for duty in self.duties if duty.role in roles}
        return AreaScope(tuple(sorted(area for area in held if self.codes.now(area) == area)), self.codes)

    def actor(self, role: str) -> Actor:
        """This person acting in a role; refused as NotYourDuty when they do not hold it anywhere."""
        if all(duty.role != role for duty in self.duties):
            raise NotYourDuty
        return Actor(self.person, self.organisation, role, self.on_behalf_of, self.backfill)

    def require(self, *roles: str, area: str) -> Actor:
        """This person acting in the first of the roles held in the area; refused as NotYourDuty or OutsideYourArea."""
        if not self.scope(*roles).prefixes:
            raise NotYourDuty
        for role in roles:
            if self.scope(role).covers(area):
                return self.actor(role)
        raise OutsideYourArea


class Claims(BaseModel):
    """What an access token (RFC 9068) says beside ``iss``, ``aud``, ``iat``, ``exp`` and, if it likes, ``nbf``.

    ``sub`` is the account, bound to one ``person``, a UUID, of one ``organisation``; all are ids, never names.
    ``duties`` is a list of ``{"role": …, "area": prefix}``, with ``from`` and ``until`` (dates, both included) where
    they are not held for good; ``scope`` is words separated by spaces; ``department`` is the code of the department
    they act for. Other claims are passed by.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: AccountId
    person: PersonId
    organisation: Identifier
    duties: tuple[Duty, ...]
    scope: str = ""
    department: Identifier | None = None

    @classmethod
    def of(cls, principal: Principal) -> dict[str, Any]:
        """Write a principal down as claims."""
        claims = cls(
            sub=principal.account,
            person=principal.person,
            organisation=principal.organisation,
            duties=principal.duties,
            scope=" ".join(sorted(principal.scopes)),
            department=principal.department,
        )
        return claims.model_dump(mode="json", by_alias=True, exclude_none=True)

    def principal(self) -> Principal:
        """Read the principal from the claims."""
        scopes = frozenset(self.scope.split())
        return Principal(self.person, self.organisation, self.sub, self.duties, scopes, self.department)


class Verifier:
    """Reads the tokens of one issuer for one audience; its keys never change, so new keys mean a new verifier."""

    def __init__(self, jwks: Mapping[str, Any], issuer: str, audience: str, clock: Clock) -> None:
        self._clock = clock
        self._keys = KeySet.import_key_set({"keys": jwks["keys"]})
        self._headers = _pinned_headers()
        self._required = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            iat={"essential": True},
            exp={"essential": True},
        )
        # A signature verified once stays verified; times and dates are compared with the clock at every call.
        self._verified = lru_cache(maxsize=1024)(self._verify)

    def principal(self, token: str) -> Principal:
        """Tell who a token speaks for today; refused as Unauthenticated, with a reason code, for any fault in it."""
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated(reason="exceeded_size")
        try:
            claims, principal = self._verified(token)
            self._required.validate(claims)
        except JoseError as error:
            raise Unauthenticated(reason=error.error) from None
        # joserfc lets a hostile header (a list, a number as ``crit``, deep nesting) end in Python's own errors.
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise Unauthenticated(reason="malformed") from None
        return principal.on(self._clock.today())

    def _verify(self, token: str) -> tuple[dict[str, Any], Principal]:
        claims = jwt.decode(token, self._keys, registry=self._headers).claims
        return claims, Claims.model_validate(claims).principal()


class Issuer:
    """The issuer a laptop carries with it; a real installation has an OpenID provider instead."""

    def __init__(self, name: str, audience: str, clock: Clock, key: str | None = None) -> None:
        self._claims = {"iss": name, "aud": audience}
        self._clock = clock
        self._keys = KeySet([ECKey.import_key(key or self.draw())])

    @staticmethod
    def draw() -> str:
        """Draw a key, in PEM as a file keeps it."""
        return ECKey.generate_key("P-256").as_pem(private=True).decode("ascii")

    def jwks(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set."""
        return {**self._keys.as_dict(private=False, use="sig", alg=ALGORITHM)}

    def token(self, principal: Principal, life: timedelta = LIFE) -> str:
        """Sign a token that speaks for a principal from now on, ten minutes unless told otherwise."""
        now = int(self._clock.now().timestamp())
        times = {"iat": now, "exp": now + int(life.total_seconds()), "jti": new_id()}
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": self._keys.keys[0].kid}
        return jwt.encode(header, {**self._claims, **times, **Claims.of(principal)}, self._keys.keys[0])


def _in(region: Region, column: ColumnElement[str]) -> ColumnElement[bool]:
    begins, *others = (column.between(prefix, prefix.ljust(14, "9")) for prefix in (region.prefix, *region.without))
    return and_(begins, *(~other for other in others))


def _pinned_headers() -> JWSRegistry:
    registry = JWSRegistry(algorithms=[ALGORITHM])
    # With nothing else registered, jku, x5u, jwk, crit, b64 and whatever comes next are refused.
    registry.header_registry = {
        "alg": HeaderParameter("Algorithm", "str", required=True),
        "kid": HeaderParameter("Key ID", "str", required=True),
        "typ": HeaderParameter("Type", _is_access_token, required=True),
    }
    return registry


def _is_access_token(typ: object) -> None:
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != TOKEN_TYPE:
        raise ValueError(f"must be {TOKEN_TYPE}")
