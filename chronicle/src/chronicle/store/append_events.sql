-- Record the events of one append: idempotency key, claims, then partition heads in order, last. All or nothing.
-- Returns the earlier answer when the key was used before, else one row (partition, sequence) for each partition moved.
CREATE OR REPLACE FUNCTION append_events(
    p_event_id uuid[], p_type text[], p_source text[], p_subject text[], p_area text[], p_stream text[],
    p_version int4[], p_partition int2[], p_valid_on date[], p_actor text[], p_command_id uuid[],
    p_correlation_id uuid[], p_causation_id uuid[], p_traceparent text[], p_corrects text[], p_receipt text[],
    p_data text[], p_digest bytea[], p_now int8,
    p_claim_kind text[], p_claim_key text[], p_claim_stream text[], p_claim_held bool[],
    p_client text, p_key text, p_fingerprint bytea, p_status int2, p_location text, p_etag int4
) RETURNS TABLE (
    fingerprint bytea, status int2, location text, etag int4, positions text, moved int2, reached int8
) LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    heads record;
    sequences int8[] := array_fill(NULL::int8, ARRAY[16]);
    hashes bytea[] := array_fill(NULL::bytea, ARRAY[16]);
    times int8[] := array_fill(NULL::int8, ARRAY[16]);
    e_sequence int8[]; e_time int8[]; e_previous bytea[]; e_hash bytea[];
    slot int; taken record; moved_to text;
BEGIN
    IF p_key IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(p_client || '/' || p_key, 0));
        RETURN QUERY SELECT h.fingerprint, h.status, h.location, h.etag, h.positions, NULL::int2, NULL::int8
            FROM handled_command h WHERE h.client = p_client AND h.key = p_key;
        IF FOUND THEN RETURN; END IF;
    END IF;

    IF cardinality(p_claim_kind) > 0 THEN
        DELETE FROM claim c USING unnest(p_claim_kind, p_claim_key, p_claim_stream, p_claim_held) AS n(kind, key, stream, held)
            WHERE NOT n.held AND (c.kind, c.key, c.stream) = (n.kind, n.key, n.stream);
        INSERT INTO claim (kind, key, stream)
            SELECT n.kind, n.key, n.stream FROM unnest(p_claim_kind, p_claim_key, p_claim_stream, p_claim_held)
                WITH ORDINALITY AS n(kind, key, stream, held, place) WHERE n.held ORDER BY n.place
            ON CONFLICT DO NOTHING;
        SELECT c.kind, c.key INTO taken FROM claim c
            JOIN unnest(p_claim_kind, p_claim_key, p_claim_stream, p_claim_held) AS n(kind, key, stream, held)
            ON n.held AND (c.kind, c.key) = (n.kind, n.key) AND c.stream <> n.stream LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'claim taken' USING DETAIL = taken.kind || ' ' || taken.key;
        END IF;
    END IF;

    FOR heads IN SELECT h.* FROM partition_head h WHERE h.partition = ANY (p_partition) ORDER BY h.partition FOR UPDATE LOOP
        sequences[heads.partition + 1] := heads.sequence;
        hashes[heads.partition + 1] := heads.hash;
        times[heads.partition + 1] := greatest(heads.recorded_at, p_now);
    END LOOP;

    FOR i IN 1 .. cardinality(p_event_id) LOOP
        slot := p_partition[i] + 1;
        sequences[slot] := sequences[slot] + 1;
        e_sequence[i] := sequences[slot];
        e_time[i] := times[slot];
        e_previous[i] := hashes[slot];
        hashes[slot] := sha256(hashes[slot] || p_digest[i] || int8send(sequences[slot]) || int8send(times[slot]));
        e_hash[i] := hashes[slot];
    END LOOP;

    INSERT INTO event (
        event_id, type, source, subject, area, stream, version, partition, valid_on, actor, command_id, correlation_id,
        causation_id, traceparent, corrects, receipt, data, sequence, recorded_at, digest, previous_hash, hash
    ) SELECT * FROM unnest(
        p_event_id, p_type, p_source, p_subject, p_area, p_stream, p_version, p_partition, p_valid_on, p_actor,
        p_command_id, p_correlation_id, p_causation_id, p_traceparent, p_corrects, p_receipt, p_data,
        e_sequence, e_time, p_digest, e_previous, e_hash
    );

    UPDATE partition_head h SET sequence = sequences[h.partition + 1], hash = hashes[h.partition + 1],
        recorded_at = times[h.partition + 1] WHERE h.partition = ANY (p_partition);

    IF p_key IS NOT NULL THEN
        SELECT string_agg(p_source[1] || '/' || h.partition || ':' || h.sequence, ',' ORDER BY h.partition) INTO moved_to
            FROM partition_head h WHERE h.partition = ANY (p_partition);
        INSERT INTO handled_command (client, key, fingerprint, status, location, etag, positions, recorded_at)
            VALUES (p_client, p_key, p_fingerprint, p_status, p_location, p_etag, moved_to, p_now);
    END IF;

    RETURN QUERY SELECT NULL::bytea, NULL::int2, NULL::text, NULL::int4, NULL::text, (p - 1)::int2, sequences[p]
        FROM generate_subscripts(sequences, 1) AS s(p) WHERE sequences[p] IS NOT NULL;
END $$;
