-- Record one append: keys and texts of persons, claims, partition heads, events, and last the answer to its key.
-- Everything is locked in sorted order, so appends never wait for each other in a ring. Gives the positions reached.
CREATE OR REPLACE FUNCTION append_events(
    p_now int8, p_partitions int2[], p_events json, p_claims json, p_keys json, p_texts json, p_handled json
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    claimed record;
    taken text := '';
    head partition_head;
    heads partition_head[] := array_fill(NULL::partition_head, ARRAY[16], ARRAY[0]);
    slot int2;
    entry event;
    entries event[] := '{}';
    reached text := '';
    handled handled_command;
BEGIN
    IF json_array_length(p_keys) > 0 THEN
        DELETE FROM person_key k USING json_populate_recordset(NULL::person_key, p_keys) AS gone
            WHERE k.owner = gone.owner AND gone.state = 'erased';
        DELETE FROM sealed_text t USING json_populate_recordset(NULL::person_key, p_keys) AS gone
            WHERE t.owner = gone.owner AND gone.state = 'erased';
        INSERT INTO person_key SELECT * FROM json_populate_recordset(NULL::person_key, p_keys) ORDER BY owner;
    END IF;
    IF json_array_length(p_texts) > 0 THEN
        INSERT INTO sealed_text SELECT * FROM json_populate_recordset(NULL::sealed_text, p_texts) ORDER BY id;
    END IF;

    IF json_array_length(p_claims) > 0 THEN
        FOR claimed IN
            SELECT c ->> 0 AS kind, c ->> 1 AS key, c ->> 2 AS stream, (c ->> 3)::bool AS held, place
            FROM json_array_elements(p_claims) WITH ORDINALITY AS n(c, place)
        LOOP
            IF claimed.held THEN
                INSERT INTO claim AS c (kind, key, stream) VALUES (claimed.kind, claimed.key, claimed.stream)
                    ON CONFLICT (kind, key) DO UPDATE SET stream = c.stream WHERE c.stream = claimed.stream;
                IF NOT FOUND THEN
                    taken := taken || ' ' || claimed.place;
                END IF;
            ELSE
                DELETE FROM claim c WHERE (c.kind, c.key, c.stream) = (claimed.kind, claimed.key, claimed.stream);
            END IF;
        END LOOP;
        IF taken <> '' THEN
            RAISE EXCEPTION 'claim taken' USING DETAIL = taken;
        END IF;
    END IF;

    FOREACH slot IN ARRAY p_partitions LOOP
        SELECT * INTO STRICT head FROM partition_head h WHERE h.partition = slot FOR UPDATE;
        head.recorded_at := greatest(head.recorded_at, p_now);
        heads[slot] := head;
    END LOOP;
    FOR entry IN SELECT * FROM json_populate_recordset(NULL::event, p_events) LOOP
        head := heads[entry.partition];
        entry.previous_hash := head.hash;
        entry.recorded_at := head.recorded_at;
        head.sequence := head.sequence + 1;
        entry.sequence := head.sequence;
        head.hash := sha256(head.hash || entry.digest || int8send(head.sequence) || int8send(head.recorded_at));
        entry.hash := head.hash;
        heads[entry.partition] := head;
        entries := entries || entry;
    END LOOP;
    FOREACH slot IN ARRAY p_partitions LOOP
        head := heads[slot];
        UPDATE partition_head h SET sequence = head.sequence, hash = head.hash, recorded_at = head.recorded_at
            WHERE h.partition = slot;
        reached := concat_ws(',', nullif(reached, ''), slot || ':' || head.sequence);
    END LOOP;

    INSERT INTO event SELECT r.* FROM unnest(entries) AS r ORDER BY r.stream, r.version;
    PERFORM FROM unnest(entries) AS r WHERE r.version <> 1
        AND NOT EXISTS (SELECT FROM event e WHERE e.stream = r.stream AND e.version = r.version - 1);
    IF FOUND THEN
        RAISE unique_violation USING CONSTRAINT = 'event_stream_version';
    END IF;

    IF json_typeof(p_handled) = 'object' THEN
        handled := json_populate_record(NULL::handled_command, p_handled);
        handled.positions := reached;
        INSERT INTO handled_command SELECT handled.*;
    END IF;
    RETURN reached;
END $$;
