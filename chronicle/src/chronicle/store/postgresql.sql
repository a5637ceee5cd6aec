-- What keeps stored events as they are; one statement a paragraph.
CREATE FUNCTION event_never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'stored events never change'; END $$

CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION event_never_changes()

CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
EXECUTE FUNCTION event_never_changes()
