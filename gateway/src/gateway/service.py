"""What the api, the worker and the embedded edition of the gateway are made of."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chronicle.feed.embedded import EmbeddedFeed
from chronicle.feed.opening import open_feed, open_writer
from chronicle.following import Follower, Following, HeardAreaCodes
from chronicle.installation import Setup, Substitute
from httpx2 import Client

from gateway.feeds.classes import Classes
from gateway.feeds.open_topic import OpenTopic
from gateway.feeds.reading import HistoryReader
from gateway.notice_board.board import NoticeBoard
from gateway.notice_board.papers import Papers
from gateway.notice_board.projections import notice_board, replacements
from gateway.people import NamesUnavailable, People
from gateway.recorder import Recorder
from gateway.settings import Settings
from gateway.substitutions import substitute, substitutions

SOURCE = "gateway"
PROJECTIONS = (notice_board, replacements, substitutions)
PATIENCE = 3.0


@dataclass(frozen=True, kw_only=True)
class Service(Setup):
    """One installation of the gateway.

    ``public_token`` gives the token that names are asked for with when everybody may read them; without it the token
    is in a file. ``identification`` is how to reach that service, the address in the settings unless given.
    """

    settings: Settings
    alembic_ini: Path = Path(__file__).parents[2] / "alembic.ini"
    substitute: Substitute | None = substitute
    public_token: Callable[[], str] | None = None
    identification: Client | None = None

    @cached_property
    def codes(self) -> HeardAreaCodes:
        """What it has heard of area codes."""
        return HeardAreaCodes(self.database, replacements)

    def migrate(self) -> None:
        """Bring the database up to date, with what nobody is let in without."""
        super().migrate()
        self.codes.open()

    @cached_property
    def following(self) -> Following:
        """Its projections; all of them follow the history."""
        return Following(self.database, PROJECTIONS, None, lambda: EmbeddedFeed(self.database))

    @cached_property
    def sharing(self) -> list[Follower]:
        """What keeps history and topics alike: from the shared topic in, and its open part out to another."""
        inward, outward = self.settings.feed_url, self.settings.open_feed_url
        history = EmbeddedFeed(self.database)
        sharing = []
        if inward:
            sharing.append(Follower(Recorder(history), self.database, open_feed(inward), tries=None))
        if outward:
            classes = Classes(self.settings.contracts_folder)
            sharing.append(Follower(OpenTopic(classes, open_writer(outward)), self.database, history, tries=None))
        return sharing

    @cached_property
    def people(self) -> People:
        """Who is asked for names."""
        address = self.settings.identification_url
        client = self.identification or Client(base_url=address, timeout=PATIENCE, trust_env=False)
        return People(client, self.settings.service_credential)

    @cached_property
    def boards(self) -> NoticeBoard:
        """The boards of all villages."""
        return NoticeBoard(self.database, self.policy, self.clock, self._public_names, self.codes)

    @cached_property
    def history(self) -> HistoryReader:
        """The history as others read it."""
        return HistoryReader(self.database, Classes(self.settings.contracts_folder), self.fingerprint)

    @cached_property
    def papers(self) -> Papers:
        """Who is asked about receipts and documents."""
        return Papers(self.people.client, self._token)

    def _public_names(self, person_ids: Collection[str]) -> Mapping[str, str | None]:
        return self.people.names(person_ids, "public_notice", f"Bearer {self._token()}")

    def _token(self) -> str:
        if self.public_token:
            return self.public_token()
        if self.settings.public_token_file is None:
            raise NamesUnavailable
        try:
            return self.settings.public_token_file.read_text("ascii").strip()
        except OSError as error:
            raise NamesUnavailable from error
