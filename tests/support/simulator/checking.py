"""What must hold of a run once everything rests."""

from collections import Counter
from collections.abc import Mapping

from chronicle.feed.positions import START
from chronicle.messages import StoredEvent
from chronicle.store import open_store
from chronicle.store.tables import refused_reaction
from chronicle.verification import verify
from simulator.broker import Broker
from simulator.service import Outcome, Service
from simulator.town import FULL, HEARD, OTHER, TOLD, Said, is_heard, projections
from sqlalchemy import select
from tallies import rows, tally_of


def check(broker: Broker, services: Mapping[str, Service]) -> None:
    """AssertionError for whatever a client, a reader of the feed or an auditor could complain of."""
    for source, service in services.items():
        events, others = service.stored(), services[OTHER[source]].stored()
        assert verify(service.outside) == []
        _check_requests(service, events)
        _check_feed(broker, service)
        _check_projections(service, events, others)
        _check_reactions(service, events, others)


def _check_requests(service: Service, events: list[StoredEvent]) -> None:
    told = Counter(Said.read(event.data).amount for event in events if event.type == TOLD[service.source].type)
    for request in service.requests:
        found, asked = told.pop(request.amount, 0), len(request.places)
        if request.outcome == Outcome.FORGOTTEN:
            assert found <= asked, request
        else:
            assert found == (asked if request.outcome == Outcome.DONE else 0), (request, found)
    assert not told
    places = Counter(event.stream for event in events if event.type == TOLD[service.source].type)
    assert all(number <= FULL for number in places.values())


def _check_feed(broker: Broker, service: Service) -> None:
    for partition, head in open_store(service.outside, service.source).heads().items():
        assert broker.fitting(partition)[0].get(service.source, START) == head, partition


def _check_projections(service: Service, events: list[StoredEvent], others: list[StoredEvent]) -> None:
    own, everything = projections(service.source)
    assert rows(service.outside, own) == tally_of(events)
    assert rows(service.outside, everything) == tally_of([*events, *others])


def _check_reactions(service: Service, events: list[StoredEvent], others: list[StoredEvent]) -> None:
    told = [event for event in others if event.type == TOLD[OTHER[service.source]].type]
    heard = [event.event_id for event in told if is_heard(Said.read(event.data).amount)]
    noted = [event.causation_id for event in events if event.type == HEARD[service.source].type]
    assert Counter(noted) == Counter(heard)
    with service.outside.reading() as connection:
        refused = connection.execute(select(refused_reaction.c.event_id)).scalars().all()
    assert sorted(refused) == sorted(event.event_id for event in told if event.event_id not in heard)
