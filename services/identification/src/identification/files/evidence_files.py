"""Evidence files as they are kept and opened: cleaned and sealed before they are stored, opened for a purpose."""

from dataclasses import dataclass, field, replace

from chronicle.messages import canonical
from chronicle.principal import Principal
from chronicle.sealing import SealBroken, SealedText
from chronicle.store.values import Sealed

from identification.files.cleaning import Cleaning, Position
from identification.files.scanning import Scanner
from identification.files.storage import Storage
from identification.files.types import MediaType, require_type
from identification.people.persons import FILE, POSITION, THUMBNAIL, Purpose
from identification.people.reading import VaultReader
from identification.people.vault import Vault

_DIGEST = 32


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What is known of a file once it is kept; where a photo was taken is sealed, for the append that names it."""

    digest: str
    size: int
    has_thumbnail: bool
    sealed: Sealed = field(repr=False)


class EvidenceFiles:
    """The files of households, each sealed under the key of its own and named by its piece of evidence."""

    def __init__(self, storage: Storage, scanner: Scanner, vault: Vault, reader: VaultReader) -> None:
        self._storage, self._scanner, self._vault, self._reader = storage, scanner, vault, reader
        self._cleaning = Cleaning()

    def keep(self, household_id: str, evidence_id: str, media_type: MediaType, content: bytes) -> KeptFile:
        """Check, scan, clean, seal and store a file; nothing names it yet, and without that it is swept.

        Refused as FileNotAsSaid, as ``Scanner`` and ``Cleaning`` refuse, as PersonErased, or as StorageAway.
        """
        require_type(media_type, content)
        self._scanner.require_clean(content)
        clean = self._cleaning.clean(media_type, content)
        sealed = self._vault.seal({household_id: {POSITION: _text(clean.position)} if clean.position else {}})
        file = self._vault.seal_content(household_id, FILE, evidence_id, clean.content, sealed)
        parts = [file]
        if clean.thumbnail:
            parts.append(self._vault.seal_content(household_id, THUMBNAIL, evidence_id, clean.thumbnail, sealed))
        for part in parts:
            self._storage.put(_name(household_id, evidence_id, part.field), part.digest + part.ciphertext)
        return KeptFile(file.digest.hex(), len(clean.content), bool(clean.thumbnail), sealed)

    def file(self, caller: Principal, purpose: Purpose, household_id: str, evidence_id: str, digest: str) -> bytes:
        """Open a file for a purpose, refused as ``VaultReader`` does; raises SealBroken for another in its place."""

        def stored(sealed: SealedText) -> SealedText:
            found = self._stored(sealed)
            if found.digest.hex() != digest:
                raise SealBroken("the file is not the one that was attached")
            return found

        return self._reader.content(caller, purpose, SealedText(evidence_id, household_id, FILE, b"", b""), stored)

    def thumbnail(self, caller: Principal, purpose: Purpose, household_id: str, evidence_id: str) -> bytes:
        """Open a thumbnail for a purpose, refused as ``VaultReader`` does."""
        wanted = SealedText(evidence_id, household_id, THUMBNAIL, b"", b"")
        return self._reader.content(caller, purpose, wanted, self._stored)

    def _stored(self, wanted: SealedText) -> SealedText:
        stored = self._storage.get(_name(wanted.owner, wanted.id, wanted.field))
        return replace(wanted, digest=stored[:_DIGEST], ciphertext=stored[_DIGEST:])


def _name(household_id: str, evidence_id: str, field: str) -> str:
    return f"{household_id}/{evidence_id}/{field}"


def _text(position: Position) -> str:
    return canonical({"latitude": position.latitude, "longitude": position.longitude})
