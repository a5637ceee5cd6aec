-- What keeps stored events as they are; one statement a paragraph.
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'stored events never change'); END

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'stored events never change'); END

-- INSERT OR REPLACE deletes without asking event_no_delete, so nothing is inserted where something is.
CREATE TRIGGER event_next_in_partition BEFORE INSERT ON event
WHEN new.sequence <> 1 + (SELECT coalesce(max(sequence), 0) FROM event WHERE partition = new.partition)
    OR EXISTS (SELECT 1 FROM event WHERE event_id = new.event_id)
BEGIN SELECT RAISE(ABORT, 'stored events never change'); END

CREATE TRIGGER event_next_in_stream BEFORE INSERT ON event
WHEN new.version <> 1 + (SELECT coalesce(max(version), 0) FROM event WHERE stream = new.stream)
BEGIN SELECT RAISE(ABORT, 'event_stream_version'); END
