"""The virus scanner: what it finds is refused, and while it does not answer nothing passes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_clamd import SIGNATURE, VIRUS, FakeClamd, clamd
from huangxi import accepted, huangxi, refused
from identification.files import scanning
from identification.files.scanning import Clamd, FileInfected, ScannerAway, open_scanner
from papers import attach, paper, photo
from serving import free_port


@pytest.fixture
def scanner() -> Iterator[FakeClamd]:
    with clamd() as server:
        yield server


@pytest.mark.parametrize("size", [0, 1, scanning.PIECE, scanning.PIECE + 1, 3_000_000])
def test_it_is_sent_the_whole_file(scanner: FakeClamd, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    open_scanner(scanner.url).require_clean(content)
    assert scanner.seen == [content]


@pytest.mark.parametrize(
    "said", [b"", b"stream: maybe", b"INSTREAM size limit exceeded. ERROR", b"OK", b"FOUND", b"stream: OK and more"]
)
def test_what_is_no_clear_word_lets_nothing_pass(scanner: FakeClamd, said: bytes) -> None:
    scanner.says = said

    with pytest.raises(ScannerAway):
        open_scanner(scanner.url).require_clean(b"content")


def test_one_that_is_away_or_hangs_lets_nothing_pass(
    scanner: FakeClamd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for away in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path}/clamd.sock"):
        with pytest.raises(ScannerAway):
            open_scanner(away).require_clean(b"content")
    monkeypatch.setattr(scanning, "PATIENCE", 0.05)
    scanner.shutdown()
    with pytest.raises(ScannerAway):
        open_scanner(scanner.url).require_clean(b"content")


@pytest.mark.parametrize("url", ["", "clamav:3310", "tcp://clamav", "http://clamav:3310", "unix://run/clamd.sock"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="a scanner is at"):
        open_scanner(url)


def test_a_socket_in_the_file_system_will_do() -> None:
    assert open_scanner("unix:///run/clamd.sock") == Clamd("/run/clamd.sock", None)


def test_what_it_finds_is_named_in_the_log_and_not_in_the_refusal(
    scanner: FakeClamd, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileInfected) as infected:
        open_scanner(scanner.url).require_clean(b"%PDF " + VIRUS)

    assert SIGNATURE.decode() in capsys.readouterr().out
    assert infected.value.facts == {}


def test_an_infected_file_is_not_attached_and_nothing_is_while_the_scanner_is_away(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'village.db'}"
    with clamd() as scanner, huangxi(url, tmp_path, scanner_url=scanner.url) as village:
        (application,) = village.file()
        content = photo()
        accepted(attach(village, application, content))
        assert scanner.seen == [content]

        refused(attach(village, application, paper() + VIRUS), 422, "file-infected")
        scanner.says = b"ERROR"
        before = list(village.service.storage.kept())
        refused(attach(village, application, photo()), 503, "scanner-away")
        assert list(village.service.storage.kept()) == before
