-- The audit: who did what, when, and with which outcome. Effects are derived from the journal; refusals stand
-- only here.

-- Up to where in each journal partition the audit has read. Moved in the statement that writes the entries, and
-- only from where it was: of two processes that read the same events, one takes effect.
CREATE TABLE audit.checkpoints (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);

INSERT INTO audit.checkpoints (partition, position) VALUES (1, 0);

-- Where the hash chain of refusals ends: one row, locked by anyone who adds to the chain. And the last refusal that was
-- forgotten, from which on the rest is verified.
CREATE TABLE audit.chain (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  sequence bigint NOT NULL CHECK (sequence >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  floor_sequence bigint NOT NULL DEFAULT 0 CHECK (floor_sequence >= 0),
  floor_hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(floor_hash) = 32)
) WITH (fillfactor = 10);

INSERT INTO audit.chain (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit.entries (
  -- Begins with the time, so that the order of ids is the order of time and a time range is a range of ids.
  -- "C" collation throughout, because ids are compared as bytes.
  id text COLLATE "C" PRIMARY KEY,
  -- Null where nobody was recognised.
  tenant text COLLATE "C",
  actor text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  -- What was acted on, and which part of it.
  subject text COLLATE "C",
  part text COLLATE "C",
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'refused', 'denied')),
  request_id text COLLATE "C",
  correlation_id text COLLATE "C" NOT NULL,
  -- Milliseconds and no finer: what is hashed is all there is.
  occurred_at timestamptz(3) NOT NULL,
  -- Of an effect: the event that it is made from, and where that stands.
  event text COLLATE "C",
  partition integer,
  position bigint,
  -- Of a refusal: why, to whom, how many of its kind it stands for, and its place in the hash chain.
  code text COLLATE "C",
  client_address text COLLATE "C",
  count integer CHECK (count > 0),
  sequence bigint,
  previous_hash bytea CHECK (octet_length(previous_hash) = 32),
  hash bytea CHECK (octet_length(hash) = 32),
  CHECK (
    CASE outcome
      WHEN 'done' THEN num_nonnulls(tenant, subject, event, partition, position) = 5
        AND num_nonnulls(code, client_address, count, sequence, previous_hash, hash) = 0
      ELSE num_nonnulls(request_id, code, client_address, count, sequence, previous_hash, hash) = 7
        AND num_nonnulls(part, event, partition, position) = 0
    END
  )
);

-- One index for each way to search, all in the order of pages. There is none on the position: an effect's id
-- holds it.
CREATE INDEX entries_by_tenant ON audit.entries (tenant, id);
CREATE INDEX entries_by_actor ON audit.entries (actor, id);
CREATE INDEX entries_by_action ON audit.entries (action, id);
CREATE INDEX entries_by_subject ON audit.entries (subject, id);
CREATE INDEX entries_by_part ON audit.entries (part, id) WHERE part IS NOT NULL;
CREATE INDEX entries_by_correlation ON audit.entries (correlation_id, id);
CREATE INDEX entries_by_refusal ON audit.entries (outcome, id) WHERE outcome <> 'done';
CREATE UNIQUE INDEX entries_by_sequence ON audit.entries (sequence) WHERE sequence IS NOT NULL;

-- The application adds to the audit and never changes it.
GRANT SELECT, INSERT ON audit.entries TO fincore_app;
GRANT SELECT, UPDATE (sequence, hash) ON audit.chain TO fincore_app;
GRANT SELECT, INSERT, UPDATE ON audit.checkpoints TO fincore_app;

-- Forgets the oldest refusals. The application may delete nothing; this function deletes for it, as the owner, from the
-- beginning of the chain and only what is older than a month.
CREATE FUNCTION audit.forget_refusals(p_keep_days integer, p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE v_floor bigint; v_last bigint; v_count integer;
BEGIN
  IF p_keep_days < 30 THEN RAISE EXCEPTION 'refusals are kept for at least 30 days'; END IF;
  SELECT floor_sequence INTO v_floor FROM audit.chain FOR UPDATE;
  SELECT max(sequence) INTO v_last
  FROM (
    SELECT sequence, bool_and(occurred_at < now() - make_interval(days => p_keep_days)) OVER (ORDER BY sequence) AS is_old
    FROM (
      SELECT sequence, occurred_at FROM audit.entries WHERE sequence > v_floor ORDER BY sequence LIMIT p_limit
    ) AS oldest
  ) AS looked_at
  WHERE is_old;
  IF v_last IS NULL THEN RETURN 0; END IF;
  UPDATE audit.chain SET floor_sequence = v_last, floor_hash = (SELECT hash FROM audit.entries WHERE sequence = v_last);
  DELETE FROM audit.entries WHERE sequence <= v_last;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

-- It deletes with the rights of the owner: PostgreSQL lets everybody run a new function.
REVOKE EXECUTE ON FUNCTION audit.forget_refusals(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.forget_refusals(integer, integer) TO fincore_app;
