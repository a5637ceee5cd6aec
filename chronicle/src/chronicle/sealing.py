"""Personal text, sealed: a key per person wrapped by a master key, and keyed digests where values are compared.

A sealed value is ``suite ‖ nonce ‖ ciphertext``. Suite 1 is AES-256-GCM with a nonce of 12 bytes; the byte leaves room
for SM4-GCM beside it. Associated data binds the suite, the owner, the field, the row and the digest, so a value that
was changed, or moved to another person, field or row, does not open.

A person has no key yet (no row), an active key, or a tombstone: once erased, nothing is opened or sealed again.
"""

import hmac
from base64 import b64decode, b64encode
from dataclasses import dataclass, field, replace
from typing import Literal, Self
from unicodedata import normalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chronicle.messages import canonical, new_id, random_bytes
from chronicle.refusals import Refusal

SUITE = 1
DEMO_SECRET = b"demo: this key protects nothing!"

_KEY, _NONCE = 32, 12
_FEWEST_DISTINCT_BYTES = 16


class PersonErased(Refusal, code="person-erased", zh="此人的个人信息已按规定清除，不能再读取或登记。"):
    """This person's data was erased; it can neither be read nor recorded again."""


class SealBroken(Exception):
    """A sealed value was changed, moved or sealed under another key: raise the alarm."""


class MasterKeyUnfit(ValueError):
    """The master key is missing, short, guessable or the demo's; the message never shows it."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The secret all other keys hang from: 32 random bytes, written as base64 (``openssl rand -base64 32``)."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Draw a new one."""
        return cls(random_bytes(_KEY))

    @classmethod
    def read(cls, text: str, *, demo: bool = False) -> Self:
        """Read it as it is written; raises MasterKeyUnfit when it is empty, or weak outside the demo."""
        try:
            secret = b64decode(text.strip(), validate=True)
        except ValueError:
            raise MasterKeyUnfit("the master key is not base64") from None
        if len(secret) != _KEY:
            raise MasterKeyUnfit(f"the master key has {len(secret)} bytes instead of {_KEY}")
        if not demo and (secret == DEMO_SECRET or len(set(secret)) < _FEWEST_DISTINCT_BYTES):
            raise MasterKeyUnfit("the master key is the demo's or is not random")
        return cls(secret)

    def text(self) -> str:
        """Write it the way it is read."""
        return b64encode(self.secret).decode()

    def derive(self, purpose: str) -> bytes:
        """Derive the 32-byte key of one purpose; the keys of two purposes tell nothing of each other."""
        return HKDF(SHA256(), _KEY, salt=None, info=f"chronicle {purpose}".encode()).derive(self.secret)


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One person's data key, wrapped; a tombstone has none."""

    owner: str
    wrapped: bytes | None
    state: Literal["active", "erased"] = "active"

    def erased(self) -> Self:
        """The tombstone that takes its place."""
        return replace(self, wrapped=None, state="erased")


@dataclass(frozen=True, slots=True)
class SealedText:
    """A sealed text or file. Its digest is keyed by the person's key: without that key nobody can try likely values."""

    id: str
    owner: str
    field: str
    ciphertext: bytes
    digest: bytes


class Sealer:
    """Seals, opens and indexes under one master key."""

    def __init__(self, master: MasterKey) -> None:
        self._wrapping = AESGCM(master.derive("wrapping"))
        self._index_key = master.derive("blind index")

    def new_key(self, owner: str) -> PersonKey:
        """Make the data key of a person who has none; a tombstone is never replaced."""
        return PersonKey(owner, _encrypt(self._wrapping, random_bytes(2 * _KEY), _bound("key", owner)))

    def seal(self, key: PersonKey, field: str, text: str) -> SealedText:
        """Seal a text of the key's owner under a new id; refused as PersonErased after erasure."""
        return self.seal_content(key, field, text.encode(), new_id())

    def seal_content(self, key: PersonKey, field: str, content: bytes, content_id: str) -> SealedText:
        """Seal what is no text, such as a file, under the id it has; refused as PersonErased after erasure."""
        sealing, digesting = self._unwrap(key)
        digest = keyed_digest(digesting, canonical(field).encode() + content)
        empty = SealedText(content_id, key.owner, field, b"", digest)
        return replace(empty, ciphertext=_encrypt(sealing, content, _place_of(empty)))

    def open(self, key: PersonKey, sealed: SealedText) -> str:
        """Open a sealed text; refused as PersonErased after erasure, raises SealBroken for anything tampered with."""
        return self.open_content(key, sealed).decode()

    def open_content(self, key: PersonKey, sealed: SealedText) -> bytes:
        """Open what is no text, refused and raising alike."""
        sealing, _ = self._unwrap(key)
        return _decrypt(sealing, sealed.ciphertext, _place_of(sealed))

    def blind_index(self, kind: str, value: str) -> str:
        """Turn a value into 64 hexadecimal digits that find it again and tell nothing without the key.

        Full-width signs, spaces and lower case make no difference.
        """
        spelled = "".join(normalize("NFKC", value).upper().split())
        return keyed_digest(self._index_key, canonical([kind, spelled]).encode()).hex()

    def _unwrap(self, key: PersonKey) -> tuple[AESGCM, bytes]:
        if key.wrapped is None:
            raise PersonErased
        data_key = _decrypt(self._wrapping, key.wrapped, _bound("key", key.owner))
        return AESGCM(data_key[:_KEY]), data_key[_KEY:]


def keyed_digest(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA-256."""
    # Not hmac.digest: even for a few bytes it lets another thread take its turn, and waits up to 5 ms for its own.
    return hmac.new(key, content, "sha256").digest()


def _place_of(sealed: SealedText) -> bytes:
    return _bound("text", sealed.owner, sealed.field, sealed.id, sealed.digest.hex())


def _bound(*parts: str) -> bytes:
    return canonical([SUITE, *parts]).encode()


def _encrypt(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = random_bytes(_NONCE)
    return bytes([SUITE]) + nonce + cipher.encrypt(nonce, plain, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    if sealed[:1] != bytes([SUITE]):
        raise SealBroken("unknown suite")
    try:
        return cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound)
    except (InvalidTag, ValueError):
        raise SealBroken("the value does not open") from None
