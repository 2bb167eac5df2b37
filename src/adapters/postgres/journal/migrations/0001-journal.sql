-- The journal: an append-only log of events, the single source of truth.

-- The newest position of each partition. Appends lock this row, so positions have no gap and become
-- visible in order: a reader needs only "position > cursor".
CREATE TABLE journal.heads (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO journal.heads (partition, position) VALUES (1, 0);

CREATE TABLE journal.events (
  partition integer NOT NULL,
  position bigint NOT NULL CHECK (position > 0),
  tenant text NOT NULL,
  stream text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  type text NOT NULL,
  schema_version smallint NOT NULL CHECK (schema_version > 0),
  -- json and not jsonb: the text is kept as it was written, and nothing searches inside it.
  data json NOT NULL,
  metadata json NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (partition, position),
  UNIQUE (stream, version)
);

-- The answer to each request that had an effect, written in the transaction of that effect.
CREATE TABLE journal.idempotency_keys (
  -- SHA-256 of tenant, endpoint and key, first 16 bytes: a smaller index than the text itself.
  key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 16),
  request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 16),
  status smallint NOT NULL,
  body text NOT NULL,
  recorded_at timestamptz NOT NULL
);

-- Appends many requests at once. Each of the a_ arrays has one element per append, each of the e_ arrays one
-- per event, and e_append says to which append an event belongs (from 1). The caller passes every stream and
-- every key at most once. An append whose stream has moved on, or whose key is known, is left out; its
-- neighbours are not touched.
--
-- Each statement has a snapshot of its own, taken after the head row is locked, and so sees everything that
-- was committed before.
CREATE FUNCTION journal.append(
  p_partition integer,
  a_stream text[], a_expected integer[], a_key bytea[], a_request bytea[], a_status integer[], a_body text[],
  e_append integer[], e_tenant text[], e_stream text[], e_version integer[], e_type text[],
  e_schema integer[], e_data text[], e_metadata text[]
) RETURNS TABLE (accepted integer[], position_before bigint, recorded_at_ms double precision)
LANGUAGE plpgsql
-- With a guess of 500 rows the planner would hash the whole events table; an index probe per stream is right.
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
  v_head bigint;
  v_accepted integer[];
  v_events bigint;
  v_now timestamptz;
BEGIN
  SELECT h.position INTO STRICT v_head FROM journal.heads h WHERE h.partition = p_partition FOR UPDATE;
  v_now := clock_timestamp();

  WITH fitting AS MATERIALIZED (
    SELECT a.index, a.key, a.request, a.status, a.body
    FROM unnest(a_stream, a_expected, a_key, a_request, a_status, a_body)
      WITH ORDINALITY AS a (stream, expected, key, request, status, body, index)
    WHERE a.expected = COALESCE(
      (SELECT e.version FROM journal.events e WHERE e.stream = a.stream ORDER BY e.version DESC LIMIT 1), 0)
  ), keyed AS (
    -- Sorted, so that two batches that meet lock the keys in one order.
    INSERT INTO journal.idempotency_keys (key_hash, request_hash, status, body, recorded_at)
    SELECT f.key, f.request, f.status, f.body, v_now FROM fitting f WHERE f.key IS NOT NULL ORDER BY f.key
    ON CONFLICT (key_hash) DO NOTHING
    RETURNING key_hash
  )
  SELECT COALESCE(array_agg(f.index::integer ORDER BY f.index), '{}') INTO v_accepted
  FROM fitting f
  WHERE f.key IS NULL OR f.key IN (SELECT k.key_hash FROM keyed k);

  IF cardinality(v_accepted) = cardinality(a_stream) THEN
    INSERT INTO journal.events
      (partition, position, tenant, stream, version, type, schema_version, data, metadata, recorded_at)
    SELECT p_partition, v_head + e.index, e.tenant, e.stream, e.version, e.type, e.schema, e.data::json, e.metadata::json, v_now
    FROM unnest(e_tenant, e_stream, e_version, e_type, e_schema, e_data, e_metadata)
      WITH ORDINALITY AS e (tenant, stream, version, type, schema, data, metadata, index);
  ELSE
    INSERT INTO journal.events
      (partition, position, tenant, stream, version, type, schema_version, data, metadata, recorded_at)
    SELECT p_partition, v_head + row_number() OVER (ORDER BY e.index), e.tenant, e.stream, e.version, e.type, e.schema,
      e.data::json, e.metadata::json, v_now
    FROM unnest(e_append, e_tenant, e_stream, e_version, e_type, e_schema, e_data, e_metadata)
      WITH ORDINALITY AS e (append, tenant, stream, version, type, schema, data, metadata, index)
    WHERE e.append = ANY (v_accepted);
  END IF;
  GET DIAGNOSTICS v_events = ROW_COUNT;

  UPDATE journal.heads h SET position = v_head + v_events WHERE h.partition = p_partition;
  IF v_events > 0 THEN
    PERFORM pg_notify('journal', p_partition::text);
  END IF;
  RETURN QUERY SELECT v_accepted, v_head, floor(extract(epoch FROM v_now) * 1000)::double precision;
END $$;

-- The application adds to the journal and never changes it.
GRANT SELECT, INSERT ON journal.events, journal.idempotency_keys TO fincore_app;
GRANT SELECT, UPDATE ON journal.heads TO fincore_app;
