"""Rules as data: clauses in CEL over declared inputs, each with its sentences; executed, each says if it holds."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Annotated, Literal, Self

from cel import Context, Program
from cel import compile as compiled
from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Word = Annotated[str, Field(pattern="^[a-z][a-z_]{0,39}$")]
Input = Literal["amount", "count", "flag"] | Annotated[tuple[Word, ...], Field(min_length=2)]
Given = Decimal | int | bool | str

# In CEL an amount is a whole number of hundredths, since its decimals are binary.
_HUNDREDTHS = 100
_TRIED: Mapping[str, tuple[int, ...]] = {"amount": (-1, 0, 1, 10**12), "count": (0, 1, 10**6), "flag": (False, True)}
_MOST_INPUTS = 4
_SIGNS = ("&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*")
_OPERATORS = {"!_", "-_", "@in", "_?_:_", *(f"_{sign}_" for sign in _SIGNS)}


class Label(BaseModel):
    """What people call something."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    zh: Text
    en: Text

    def __str__(self) -> str:
        return self.en


class Clause(BaseModel):
    """One clause: the expression that says when it holds, its sentence, and what answers it, if anything does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Word
    kind: Word
    holds: Text
    zh: Text
    en: Text
    answer: Label | None = None

    def __str__(self) -> str:
        return self.code

    @cached_property
    def program(self) -> Program:
        """The expression, compiled once; ValueError when it cannot be read."""
        return compiled(self.holds)


class Rule(BaseModel):
    """What is to be known of a case, and the clauses it is held against.

    An input is an ``amount`` (a decimal of two places, in expressions whole hundredths), a ``count``, a ``flag``, or
    one of the words listed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: dict[Word, Input]
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_executed(self) -> Self:
        if len(self.by_code) < len(self.clauses):
            raise ValueError("two clauses have the same code")
        for clause in self.clauses:
            try:
                self._try(clause)
            except (ValueError, TypeError, RuntimeError, OverflowError) as error:
                raise ValueError(f"clause {clause.code}: {error}") from error
        return self

    @cached_property
    def by_code(self) -> Mapping[str, Clause]:
        """The clauses by their codes."""
        return {clause.code: clause for clause in self.clauses}

    def execute(self, given: Mapping[str, Given]) -> dict[str, bool]:
        """Tell of each clause whether it holds; ValueError when what is given is not just what is declared."""
        if given.keys() != self.inputs.keys() or not all(_fits(given[name], of) for name, of in self.inputs.items()):
            raise ValueError("a rule is executed on its inputs, each of its kind, and on nothing else")
        context = Context(variables={name: _in_cel(value) for name, value in given.items()})
        return {clause.code: clause.program.execute(context) for clause in self.clauses}

    def _try(self, clause: Clause) -> None:
        names = clause.program.variables()
        if unknown := [name for name in names if name not in self.inputs]:
            raise ValueError(f"{unknown[0]} is not an input of the rule")
        if foreign := sorted({*clause.program.functions()} - _OPERATORS):
            raise ValueError(f"{foreign[0]} is not for rules, which compare and combine")
        if len(names) > _MOST_INPUTS:
            raise ValueError(f"it looks at more than {_MOST_INPUTS} inputs")
        # CEL finds a wrong type when it gets there, and a misspelt word never: so every branch is gone through here.
        tried = product(*(of if isinstance(of := self.inputs[name], tuple) else _TRIED[of] for name in names))
        answers = {clause.program.execute(dict(zip(names, values, strict=True))) for values in tried}
        if answers != {False, True} or any(not isinstance(answer, bool) for answer in answers):
            raise ValueError("it does not sometimes hold and sometimes not")


def _fits(value: Given, of: str | tuple[str, ...]) -> bool:
    match of:
        case "amount":
            return isinstance(value, Decimal) and value * _HUNDREDTHS == int(value * _HUNDREDTHS)
        case "count":
            return isinstance(value, int) and not isinstance(value, bool)
        case "flag":
            return isinstance(value, bool)
        case _:
            return value in of


def _in_cel(value: Given) -> int | str:
    return int(value * _HUNDREDTHS) if isinstance(value, Decimal) else value
