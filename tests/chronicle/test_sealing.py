"""Sealing: what opens, what does not, and what is left after erasure."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from chronicle.sealing import (
    DEMO_SECRET,
    SUITE,
    MasterKey,
    MasterKeyUnfit,
    PersonErased,
    SealBroken,
    SealedText,
    Sealer,
)
from hypothesis import given
from hypothesis import strategies as st

MASTER = MasterKey.generate()
SEALER = Sealer(MASTER)
ZHANG, LI = SEALER.new_key("person-zhang"), SEALER.new_key("person-li")
NAME = SEALER.seal(ZHANG, "name", "张三")

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert SEALER.open(ZHANG, SEALER.seal(ZHANG, "name", text)) == text


def test_a_sealed_text_shows_nothing_of_the_text() -> None:
    sealed = SEALER.seal(ZHANG, "id_number", "990001199001010017")

    assert b"990001199001010017" not in sealed.ciphertext
    assert "990001199001010017" not in repr((sealed, ZHANG, SEALER))
    assert sealed.ciphertext[0] == SUITE


def test_sealing_the_same_text_twice_gives_two_ciphertexts_and_one_digest() -> None:
    again = SEALER.seal(ZHANG, "name", "张三")

    assert (again.id, again.ciphertext) != (NAME.id, NAME.ciphertext)
    assert again.digest == NAME.digest


@pytest.mark.parametrize(
    "other",
    [
        SEALER.seal(ZHANG, "name", "李四"),
        SEALER.seal(ZHANG, "former_name", "张三"),
        SEALER.seal(LI, "name", "张三"),
        Sealer(MASTER).seal(SEALER.new_key("person-zhang"), "name", "张三"),
    ],
    ids=["another text", "another field", "another person", "a new key"],
)
def test_a_digest_can_be_compared_only_under_the_same_key_and_field(other: SealedText) -> None:
    assert other.digest != NAME.digest


def test_a_text_opens_with_the_same_master_key_after_a_restart() -> None:
    assert Sealer(MasterKey(MASTER.secret)).open(ZHANG, NAME) == "张三"


@given(st.integers(0, len(NAME.ciphertext) * 8 - 1))
def test_one_flipped_bit_is_detected(bit: int) -> None:
    flipped = bytearray(NAME.ciphertext)
    flipped[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        SEALER.open(ZHANG, replace(NAME, ciphertext=bytes(flipped)))


@given(st.binary(max_size=64))
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    for ciphertext in (noise, bytes([SUITE]) + noise):
        with pytest.raises(SealBroken):
            SEALER.open(ZHANG, replace(NAME, ciphertext=ciphertext))


@pytest.mark.parametrize(
    "moved",
    [
        {"owner": LI.owner},
        {"field": "former_name"},
        {"id": SEALER.seal(ZHANG, "name", "张三丰").id},
        {"digest": SEALER.seal(ZHANG, "name", "张三丰").digest},
        {"ciphertext": SEALER.seal(ZHANG, "name", "张三丰").ciphertext},
        {"ciphertext": SEALER.seal(ZHANG, "id_number", "990001199001010017").ciphertext},
        {"ciphertext": SEALER.seal(LI, "name", "李四").ciphertext},
        {"ciphertext": bytes([2]) + NAME.ciphertext[1:]},
    ],
    ids=[
        "to another person",
        "to another field",
        "to another row",
        "under another digest",
        "in from another row",
        "in from another field",
        "in from another person",
        "to an unknown suite",
    ],
)
def test_a_swapped_value_is_detected(moved: dict[str, Any]) -> None:
    with pytest.raises(SealBroken):
        SEALER.open(ZHANG, replace(NAME, **moved))


def test_a_key_swapped_for_another_persons_is_detected() -> None:
    for key in (LI, replace(LI, owner=ZHANG.owner), replace(ZHANG, owner=LI.owner)):
        with pytest.raises(SealBroken):
            SEALER.open(key, NAME)


def test_another_master_key_opens_nothing() -> None:
    with pytest.raises(SealBroken):
        Sealer(MasterKey.generate()).open(ZHANG, NAME)


def test_after_erasure_nothing_is_opened_or_sealed_for_the_person_again() -> None:
    tombstone = ZHANG.erased()

    for act in (lambda: SEALER.open(tombstone, NAME), lambda: SEALER.seal(tombstone, "name", "张三")):
        with pytest.raises(PersonErased) as refused:
            act()
        assert refused.value.code == "person-erased"


def test_a_tombstone_keeps_the_person_and_no_key() -> None:
    assert (ZHANG.state, bool(ZHANG.wrapped)) == ("active", True)
    assert ZHANG.erased() == replace(ZHANG, wrapped=None, state="erased")
    assert ZHANG.erased().erased() == ZHANG.erased()


def test_erasure_unlinks_the_digests_too() -> None:
    returned = SEALER.new_key(ZHANG.owner)

    assert SEALER.seal(returned, "name", "张三").digest != NAME.digest
    with pytest.raises(SealBroken):
        SEALER.open(returned, NAME)


@pytest.mark.parametrize(
    "spelled", ["99000119900101002x", " 990001 19900101 002X ", "９９０００１１９９００１０１００２Ｘ"]
)
def test_one_id_number_has_one_blind_index_however_it_is_typed(spelled: str) -> None:
    assert SEALER.blind_index("id_number", spelled) == SEALER.blind_index("id_number", "99000119900101002X")


def test_a_blind_index_differs_by_value_kind_and_master_key() -> None:
    number = "99000119900101002X"
    others = {
        SEALER.blind_index("id_number", "990001199001010046"),
        SEALER.blind_index("phone", number),
        Sealer(MasterKey.generate()).blind_index("id_number", number),
    }

    assert len(others | {SEALER.blind_index("id_number", number)}) == 4
    assert not any(number[:6] in other for other in others)


def test_a_master_key_is_read_as_it_was_written() -> None:
    assert MasterKey.read(MASTER.text() + "\n") == MASTER


def test_a_missing_master_key_is_not_made_up() -> None:
    with pytest.raises(MasterKeyUnfit):
        MasterKey.read("", demo=True)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b64encode(bytes(16)).decode(), "16 bytes"),
        (b64encode(bytes(range(33))).decode(), "33 bytes"),
        ("", "0 bytes"),
        ("changeme", "6 bytes"),
        ("a pass phrase, not a key", "base64"),
        (b64encode(bytes(32)).decode(), "not random"),
        (b64encode(b"password" * 4).decode(), "not random"),
        (b64encode(DEMO_SECRET).decode(), "demo"),
    ],
    ids=["short", "long", "empty", "a word", "a phrase", "zeros", "repeated", "the demo's"],
)
def test_a_weak_master_key_is_refused_and_not_shown(written: str, reason: str) -> None:
    with pytest.raises(MasterKeyUnfit, match=reason) as refused:
        MasterKey.read(written)

    assert not written or written not in str(refused.value)


def test_the_demo_may_use_the_demos_key() -> None:
    assert MasterKey.read(MasterKey(DEMO_SECRET).text(), demo=True).secret == DEMO_SECRET


def test_generated_master_keys_are_fit_differ_and_are_not_shown() -> None:
    keys = {MasterKey.generate() for _ in range(50)}
    assert len(keys) == 50

    for key in keys:
        assert MasterKey.read(key.text()) == key
        assert repr(key) == "MasterKey()"
