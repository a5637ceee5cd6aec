"""Request bodies: JSON read strictly, straight from the bytes that came."""

import json
import re
from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator
from pydantic_core.core_schema import (
    ValidatorFunctionWrapHandler,
    json_or_python_schema,
    no_info_before_validator_function,
    no_info_wrap_validator_function,
)
from starlette.requests import Request

_sorted_json = json.JSONEncoder(sort_keys=True).encode


class SentJson(bytes):
    """A JSON body as it came, not parsed yet."""

    __slots__ = ()


class StrictRequest(Request):
    """A request that leaves its JSON to the body's model, which knows what to expect."""

    async def json(self) -> Any:
        """The bytes that came."""
        return SentJson(await self.body())


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    # pydantic would read "0" or "1433116800" as seconds since 1970, and nobody would be the wiser.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("no_such_day", "there is no such day") from None
    raise PydanticCustomError("date", "a date is written 2015-06-01")


Day = Annotated[date, BeforeValidator(_day)]


def _with_exact_dates(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_exact_dates(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {"default", "metadata", "serialization"}
    inner = {key: value if key in kept else _with_exact_dates(value) for key, value in schema.items()}
    return no_info_before_validator_function(_day, inner) if inner.get("type") == "date" else inner


class Body(BaseModel):
    """What a request brings; construct it freely in Python, from JSON it is read strictly.

    Refused are unknown fields, numbers or truth values written as anything else, and dates not written 2015-06-01.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    _strictly: ClassVar[SchemaValidator]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)

        # FastAPI validates Python values, and only pydantic's JSON mode knows dates and decimals in strict text.
        def read(value: object, from_python: ValidatorFunctionWrapHandler) -> Any:
            if isinstance(value, SentJson):
                return cls._strictly.validate_json(value, strict=True)
            return from_python(value)

        ref = schema.pop("ref", None)
        return json_or_python_schema(schema, no_info_wrap_validator_function(read, schema), ref=ref)

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        # Prebuilt, the models inside would be validated by their own schema again.
        cls._strictly = SchemaValidator(_with_exact_dates(cls.__pydantic_core_schema__), _use_prebuilt=False)


def in_order(body: bytes) -> bytes:
    """Put the fields of JSON in order, which says nothing in it; what is none, or nests too deep, stays as it is."""
    try:
        return _sorted_json(json.loads(body)).encode() if body else body
    except (ValueError, RecursionError):
        return body
