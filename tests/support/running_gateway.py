"""The gateway as tests run it, beside a real identification service: what is recorded there arrives here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from casework.areas import level_of, parent_of
from casework.codes import Sex
from casework.id_number import invented
from chronicle.feed.embedded import EmbeddedFeed
from chronicle.messages import Actor, Event, StoredEvent, digest_of, new_id, partition_of
from chronicle.principal import Duty
from chronicle.relay import Relay
from chronicle.store import Database, EventStore, install, open_store
from chronicle.store.values import Answer, Append
from gateway.main import create_app
from gateway.service import Service
from gateway.settings import Settings
from identification.cases.application.findings import SealedRef
from identification.cases.area.events import AreaOpened, CodeSource, VillagerGroupOpened
from identification.cases.public_notice.events import NoticePosted, NoticeRow
from identification.people.persons import Person
from identification.people.vault import Enrolment
from migrated import migrate
from pydantic import SecretStr
from running_identification import RunningIdentification
from running_service import CREDENTIAL, ROOT, follow, principal_in
from starlette.testclient import TestClient

COUNTY, TOWNSHIP = "360424000000", "360424106000"
VILLAGE, OTHER_VILLAGE, GROUP = "360424106216", "360424107201", "36042410621601"
AREAS = {COUNTY: "修水县", TOWNSHIP: "马坳镇", VILLAGE: "黄溪村委会", OTHER_VILLAGE: "双井村委会"}
FIRST_DAY, DAYS = date(2015, 6, 1), 7
HOW_TO_OBJECT = "如有异议，请向村民委员会提出。"
OFFICER = Actor("officer", "an-organisation", "village_officer")
UNSAID = SealedRef(text_id="a-text", digest="d" * 64)

_numbers = count()


class RunningGateway:
    """One gateway with an empty, migrated database, fed by identification and by a service it knows nothing of."""

    def __init__(self, url: str, folder: Path, **settings: Any) -> None:
        self.identification = RunningIdentification(f"sqlite:///{folder / 'identification.db'}", folder)
        self.clock = self.identification.clock
        fields = {
            "database_url": url,
            "policy_folder": ROOT / "policy" / "gateway",
            "identification_url": "http://identification",
            "issuer": "issuer",
            "jwks_file": folder / "jwks.json",
            "service_credential": SecretStr(CREDENTIAL),
        }
        # What is said otherwise in the settings, the tests do not do for them.
        token = None if "public_token_file" in settings else self._public_token
        asked = None if "identification_url" in settings else self.identification.client()
        settled = Settings.model_validate(fields | settings)
        self.service = Service(settings=settled, clock=self.clock, public_token=token, identification=asked)
        migrate(self.service.database, self.service.alembic_ini)
        self.service.codes.open()
        self.service.following.open()
        self._others = Database(f"sqlite:///{folder / 'others.db'}")
        with self._others.writing() as connection:
            install(connection)

    def client(self, *duties: Duty) -> TestClient:
        """A client whose token carries these duties; without any, nobody has signed in."""
        headers = dict(self.identification.client(*duties).headers) if duties else {}
        return TestClient(create_app(self.service), headers=headers)

    def record(self, *events: StoredEvent, people: Enrolment | None = None) -> None:
        """Record events, and follow until every projection has them."""
        self.relay(*events, people=people)
        self.catch_up()

    def relay(self, *events: StoredEvent, people: Enrolment | None = None) -> None:
        """Record events where they say they come from, with the people they name, and send them to the feed."""
        append = Append(events, self.clock.now(), Answer(201, None, 1))
        if people:
            append = replace(append, claims=people.claims, sealed=people.sealed)
        sources = {store.source: (store, database) for store, database in self._sources()}
        store, database = sources[events[0].source]
        store.append(append)
        relay = Relay(store, database, EmbeddedFeed(self.service.database))
        while relay.step():
            pass

    def catch_up(self) -> None:
        """Follow until every projection has everything."""
        for follower in self.service.following.followers.values():
            follow(follower)

    def open_areas(self) -> None:
        """Record the areas, and a villager group of the village."""
        self.record(*(told(_area(code, name), f"area/{code}") for code, name in AREAS.items()))
        for number, name in enumerate(("上屋组", "下屋组"), 1):
            group = VillagerGroupOpened(
                code=f"{VILLAGE}0{number}", name=name, village_code=VILLAGE, valid_from=FIRST_DAY
            )
            self.record(told(group, f"area/{group.code}"))

    def enrol(self, *people: Person, area: str = VILLAGE) -> Enrolment:
        """Seal people of a village in the vault; they are there once an event was recorded with them."""
        return self.identification.service.vault.enrol(people, area, self.clock.today())

    def post(self, *heads: str | Person, area: str = GROUP, first_day: date = FIRST_DAY, group: str = GROUP) -> str:
        """Post a notice with one household for each head; the notice's id."""
        people = self.enrol(*(head if isinstance(head, Person) else person(head) for head in heads))
        notice = posted([row(one.person_id, group) for one in people.people], area, first_day)
        self.record(told(notice, f"area/{area}", on=first_day, area=area[:12]), people=people)
        return notice.notice_id

    def close(self) -> None:
        """Close the databases."""
        self.identification.close()
        self.service.database.close()
        self._others.close()

    def _sources(self) -> Iterator[tuple[EventStore, Database]]:
        ours = self.identification.service
        yield ours.store, ours.database
        yield open_store(self._others, "relocation"), self._others

    def _public_token(self) -> str:
        return self.identification.issuer.token(principal_in("public", "36", "gateway"))


@contextmanager
def running(url: str, folder: Path, **settings: Any) -> Iterator[RunningGateway]:
    """Run one for a while."""
    gateway = RunningGateway(url, folder, **settings)
    try:
        yield gateway
    finally:
        gateway.close()


def told(event: Event, subject: str, on: date = FIRST_DAY, area: str = VILLAGE, **envelope: Any) -> StoredEvent:
    """An event as a service stores it, in a stream of its own."""
    stored = StoredEvent(
        event_id=new_id(),
        type=event.type,
        source=event.type.partition(".")[0],
        subject=subject,
        area=area,
        stream=f"told/{new_id()}",
        version=1,
        partition=partition_of(subject),
        valid_on=on,
        actor=OFFICER,
        command_id=new_id(),
        correlation_id=new_id(),
        causation_id=None,
        traceparent=None,
        corrects=None,
        receipt=None,
        data=event.text(),
    )
    stored = stored._replace(**envelope)
    return stored._replace(digest=digest_of(stored))


def person(name: str, **known: str) -> Person:
    """Somebody who cannot exist, and nobody else."""
    return Person(name=name, id_number=invented(next(_numbers), date(1970, 1, 1), Sex.MALE), **known)


def row(head_id: str, group_code: str = GROUP, household_size: int = 4) -> NoticeRow:
    """One household on a notice."""
    return NoticeRow(
        application_id=new_id(),
        household_id=new_id(),
        head_id=head_id,
        group_code=group_code,
        household_size=household_size,
    )


def posted(rows: Sequence[NoticeRow], area: str = GROUP, first_day: date = FIRST_DAY) -> NoticePosted:
    """A notice of seven days."""
    return NoticePosted(
        notice_id=new_id(),
        area_code=area,
        step=3,
        title="组级公示",
        how_to_object=HOW_TO_OBJECT,
        first_day=first_day,
        last_day=first_day + timedelta(days=DAYS - 1),
        days=DAYS,
        rows=tuple(rows),
        place=UNSAID,
        sheet=UNSAID,
        performed_by=(OFFICER.person,),
        late_reason=None,
    )


def _area(code: str, name: str) -> AreaOpened:
    return AreaOpened(
        code=code,
        name=name,
        level=level_of(code),
        parent_code=parent_of(code),
        code_source=CodeSource.OFFICIAL,
        valid_from=FIRST_DAY,
    )
