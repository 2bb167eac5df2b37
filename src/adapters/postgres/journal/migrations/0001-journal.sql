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

-- The verification reads keys by their time. Rows are written in that order, so a few bytes a page are enough.
CREATE INDEX idempotency_keys_recorded_at ON journal.idempotency_keys
  USING brin (recorded_at) WITH (pages_per_range = 16, autosummarize = on);

-- Guarded balances: each is the sum of what the events of its tenant did to it, and changes in their transaction. The
-- head row is locked then, so that no two transactions change balances at once.
CREATE TABLE journal.balances (
  -- "C" collation: names are listed and compared as bytes.
  tenant text COLLATE "C" NOT NULL,
  balance text COLLATE "C" NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (tenant, balance)
  -- Room on each page, so that a changed balance stays there and touches no index.
) WITH (fillfactor = 50);

-- Seals show that nobody changed an event afterwards: a digest of each event, chained from seal to seal.
CREATE TABLE journal.seals (
  partition integer NOT NULL,
  first_position bigint NOT NULL CHECK (first_position > 0),
  last_position bigint NOT NULL,
  -- 8 bytes for each event, in order.
  digests bytea NOT NULL CHECK (octet_length(digests) = 8 * (last_position - first_position + 1)),
  previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (partition, first_position),
  CHECK (last_position >= first_position)
);

-- Appends many requests at once. Each of the a_ arrays has one element per append, each of the e_ arrays one
-- per event, and e_append says to which append an event belongs (from 1). The caller passes every stream and
-- every key at most once, and events without effects on balances. An append whose stream has moved on, or whose key is known, is left out; its
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

-- Appends many requests one after another: each sees the streams and the balances as the ones before it leave them. This
-- is for batches that `append` cannot take: with several streams in one append, several appends to one stream, or effects
-- on balances.
--
-- s_stream has each stream once, and (b_tenant, b_balance) each balance once. The a_ arrays have one element per append:
-- a_after is the append of the batch without which this one is left out (0 for none), a_writes and a_effects say where its
-- writes and effects end. w_stream and x_balance are indexes into the streams and the balances, all from 1. x_required is
-- the least that the balance must have (null for no bound). The e_ arrays are as for `append`. Every key comes at most once.
--
-- An append is left out when its key is known, when one of its streams has moved on, or when a balance has less than it
-- must; the last is reported in the r_ arrays, with the effect and what the balance has.
CREATE FUNCTION journal.append_in_turn(
  p_partition integer, s_stream text[], b_tenant text[], b_balance text[],
  a_key bytea[], a_request bytea[], a_status integer[], a_body text[],
  a_after integer[], a_writes integer[], a_effects integer[],
  w_stream integer[], w_expected integer[], w_count integer[],
  x_balance integer[], x_delta bigint[], x_required bigint[],
  e_append integer[], e_tenant text[], e_stream text[], e_version integer[], e_type text[],
  e_schema integer[], e_data text[], e_metadata text[]
) RETURNS TABLE (
  accepted integer[], position_before bigint, recorded_at_ms double precision,
  r_append integer[], r_effect integer[], r_amount bigint[]
)
LANGUAGE plpgsql
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
  v_head bigint;
  v_now timestamptz;
  v_version integer[];
  v_amount bigint[];
  v_known boolean[];
  v_fits boolean;
  v_written boolean[];
  v_changed boolean[];
  v_accepted integer[] := '{}';
  v_first_write integer := 1;
  v_first_effect integer := 1;
  v_events bigint;
BEGIN
  SELECT h.position INTO STRICT v_head FROM journal.heads h WHERE h.partition = p_partition FOR UPDATE;
  v_now := clock_timestamp();
  r_append := '{}';
  r_effect := '{}';
  r_amount := '{}';

  v_version := ARRAY(
    SELECT COALESCE((SELECT e.version FROM journal.events e WHERE e.stream = s.stream ORDER BY e.version DESC LIMIT 1), 0)
    FROM unnest(s_stream) WITH ORDINALITY AS s (stream, index) ORDER BY s.index);
  v_known := ARRAY(
    SELECT a.key IS NOT NULL AND EXISTS (SELECT FROM journal.idempotency_keys k WHERE k.key_hash = a.key)
    FROM unnest(a_key) WITH ORDINALITY AS a (key, index) ORDER BY a.index);
  v_written := array_fill(false, ARRAY[cardinality(a_key)]);
  IF cardinality(b_balance) > 0 THEN
    v_amount := ARRAY(
      SELECT COALESCE(
        (SELECT b.amount_minor FROM journal.balances b WHERE b.tenant = n.tenant AND b.balance = n.balance), 0)
      FROM unnest(b_tenant, b_balance) WITH ORDINALITY AS n (tenant, balance, index) ORDER BY n.index);
    v_changed := array_fill(false, ARRAY[cardinality(b_balance)]);
  END IF;

  FOR a IN 1 .. cardinality(a_key) LOOP
    v_fits := NOT v_known[a] AND (a_after[a] = 0 OR v_written[a_after[a]]);
    FOR w IN v_first_write .. a_writes[a] LOOP
      EXIT WHEN NOT v_fits;
      v_fits := v_version[w_stream[w]] = w_expected[w];
    END LOOP;
    IF v_fits THEN
      FOR x IN v_first_effect .. a_effects[a] LOOP
        IF v_amount[x_balance[x]] < x_required[x] THEN
          v_fits := false;
          r_append := r_append || a;
          r_effect := r_effect || x;
          r_amount := r_amount || v_amount[x_balance[x]];
          EXIT;
        END IF;
      END LOOP;
    END IF;
    IF v_fits THEN
      FOR w IN v_first_write .. a_writes[a] LOOP
        v_version[w_stream[w]] := w_expected[w] + w_count[w];
      END LOOP;
      FOR x IN v_first_effect .. a_effects[a] LOOP
        v_amount[x_balance[x]] := v_amount[x_balance[x]] + x_delta[x];
        v_changed[x_balance[x]] := true;
      END LOOP;
      v_written[a] := true;
      v_accepted := v_accepted || a;
    END IF;
    v_first_write := a_writes[a] + 1;
    v_first_effect := a_effects[a] + 1;
  END LOOP;

  -- No other transaction inserts keys meanwhile: a key belongs to one partition, whose head is locked.
  INSERT INTO journal.idempotency_keys (key_hash, request_hash, status, body, recorded_at)
  SELECT a.key, a.request, a.status, a.body, v_now
  FROM unnest(a_key, a_request, a_status, a_body) WITH ORDINALITY AS a (key, request, status, body, index)
  WHERE a.key IS NOT NULL AND v_written[a.index];

  INSERT INTO journal.events
    (partition, position, tenant, stream, version, type, schema_version, data, metadata, recorded_at)
  SELECT p_partition, v_head + row_number() OVER (ORDER BY e.index), e.tenant, e.stream, e.version, e.type, e.schema,
    e.data::json, e.metadata::json, v_now
  FROM unnest(e_append, e_tenant, e_stream, e_version, e_type, e_schema, e_data, e_metadata)
    WITH ORDINALITY AS e (append, tenant, stream, version, type, schema, data, metadata, index)
  WHERE v_written[e.append];
  GET DIAGNOSTICS v_events = ROW_COUNT;

  IF cardinality(b_balance) > 0 THEN
    INSERT INTO journal.balances AS b (tenant, balance, amount_minor)
    SELECT n.tenant, n.balance, n.amount
    FROM unnest(b_tenant, b_balance, v_amount, v_changed) AS n (tenant, balance, amount, changed)
    WHERE n.changed
    ON CONFLICT (tenant, balance) DO UPDATE SET amount_minor = excluded.amount_minor;
  END IF;

  UPDATE journal.heads h SET position = v_head + v_events WHERE h.partition = p_partition;
  IF v_events > 0 THEN
    PERFORM pg_notify('journal', p_partition::text);
  END IF;
  accepted := v_accepted;
  position_before := v_head;
  recorded_at_ms := floor(extract(epoch FROM v_now) * 1000)::double precision;
  RETURN NEXT;
END $$;

-- The application adds to the journal and never changes it.
GRANT SELECT, INSERT ON journal.events, journal.idempotency_keys, journal.seals TO fincore_app;
GRANT SELECT, UPDATE ON journal.heads TO fincore_app;
GRANT SELECT, INSERT, UPDATE (amount_minor) ON journal.balances TO fincore_app;

-- Up to when answers are forgotten: the verification misses every later one, however long answers are kept by now.
CREATE TABLE journal.answers_forgotten (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  before timestamptz NOT NULL
);

GRANT SELECT ON journal.answers_forgotten TO fincore_app;

-- Forgets answers that no retry asks for any more. The application may delete nothing; this function deletes for it, as
-- the owner, and only what is older than the bound that is promised to callers.
CREATE FUNCTION journal.forget_answers(p_keep_days integer, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_bitmapscan = on AS $$
DECLARE v_count integer; v_before timestamptz := now() - make_interval(days => p_keep_days);
BEGIN
  IF p_keep_days < 30 THEN RAISE EXCEPTION 'answers are kept for at least 30 days'; END IF;
  DELETE FROM journal.idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM journal.idempotency_keys
    WHERE recorded_at < v_before
    LIMIT p_limit
    FOR UPDATE SKIP LOCKED
  ));
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count > 0 THEN
    INSERT INTO journal.answers_forgotten AS known (before) VALUES (v_before)
    ON CONFLICT (is_only) DO UPDATE SET before = greatest(known.before, excluded.before);
  END IF;
  RETURN v_count;
END $$;

-- It deletes with the rights of the owner: PostgreSQL lets everybody run a new function.
REVOKE EXECUTE ON FUNCTION journal.forget_answers(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal.forget_answers(integer, integer) TO fincore_app;
