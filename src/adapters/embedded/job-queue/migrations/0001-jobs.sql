-- Outside work that waits to be done. A row here lives from the commit of the event that asks for it until its
-- handler has returned; what is left of it then is its key.

-- Every job that was enqueued, by the hash of its queue, name and key: a key is enqueued once. The maintenance
-- forgets a key some days after its job was done.
CREATE TABLE jobs.keys (
  id uuid PRIMARY KEY,
  known_since timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX keys_by_time ON jobs.keys USING brin (known_since) WITH (pages_per_range = 16, autosummarize = on);

-- A lease changes columns without an index only, and most of each page is free, so that it writes no index entry (a
-- HOT update). Rows come and go: what the table grows by between two vacuums is used again after them.
CREATE TABLE jobs.jobs (
  id uuid PRIMARY KEY,
  queue text COLLATE "C" NOT NULL,
  -- Lanes of a queue are served in turn: one tenant's backlog, or one slow endpoint, holds up no other.
  lane text COLLATE "C" NOT NULL CHECK (length(lane) BETWEEN 1 AND 128),
  name text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  data json NOT NULL,
  -- A ready job may be leased, or is; a delayed one becomes ready when it is due; a failed one is a dead letter.
  state text COLLATE "C" NOT NULL CHECK (state IN ('ready', 'delayed', 'failed')),
  due_at timestamptz NOT NULL,
  enqueued_at timestamptz NOT NULL DEFAULT now(),
  -- Deliveries, each counted before its handler runs.
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  -- By database time. The start names the delivery: no other delivery of the same job has the same one.
  leased_at timestamptz,
  leased_until timestamptz,
  failed_at timestamptz,
  cause text,
  CHECK ((state = 'failed') = (failed_at IS NOT NULL)),
  CHECK (state <> 'failed' OR cause IS NOT NULL)
) WITH (fillfactor = 40, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_scale_factor = 0);

CREATE INDEX jobs_in_turn ON jobs.jobs (queue, lane, due_at) WHERE state = 'ready';
CREATE INDEX jobs_by_due_time ON jobs.jobs (queue, due_at) WHERE state = 'delayed';
CREATE INDEX dead_letters ON jobs.jobs (failed_at) WHERE state = 'failed';

-- Enqueues what is not known, and notifies every process that works on a queue when the caller commits. Ids are
-- sorted, or two batches that share keys could wait for each other in a circle.
CREATE FUNCTION jobs.enqueue(
  ids uuid[], queues text[], lanes text[], names text[], keys text[], data text[], delays_ms float8[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  fresh uuid[];
BEGIN
  WITH inserted AS (
    INSERT INTO jobs.keys (id) SELECT given.id FROM unnest(ids) AS given (id) ON CONFLICT DO NOTHING RETURNING id
  )
  SELECT array_agg(id) INTO fresh FROM inserted;
  IF fresh IS NULL THEN
    RETURN;
  END IF;
  INSERT INTO jobs.jobs (id, queue, lane, name, key, data, state, due_at)
  SELECT given.id, given.queue, given.lane, given.name, given.key, given.data::json,
    CASE WHEN given.delay_ms > 0 THEN 'delayed' ELSE 'ready' END, now() + given.delay_ms * interval '1 ms'
  FROM unnest(ids, queues, lanes, names, keys, data, delays_ms)
    AS given (id, queue, lane, name, key, data, delay_ms)
  WHERE cardinality(fresh) = cardinality(ids) OR given.id = ANY (fresh);
  PERFORM pg_notify('jobs', json_build_array(given.queue, given.lane, given.delay_ms)::text)
  FROM (SELECT DISTINCT * FROM unnest(queues, lanes, delays_ms) AS each (queue, lane, delay_ms)) AS given;
END $$;

-- Makes the delayed jobs that are due ready, and returns lanes in which a job can be leased, in their order.
CREATE FUNCTION jobs.look(of_queue text, after_lane text, most integer) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE jobs.jobs SET state = 'ready'
  WHERE id = ANY (ARRAY(
    SELECT id FROM jobs.jobs WHERE queue = of_queue AND state = 'delayed' AND due_at <= now()
    ORDER BY due_at LIMIT 1000 FOR UPDATE SKIP LOCKED
  ));
  -- From one lane to the next by the index, however many jobs lie in between.
  RETURN QUERY
    WITH RECURSIVE found (lane) AS (
      SELECT after_lane COLLATE "C"
      UNION ALL
      SELECT (
        SELECT job.lane FROM jobs.jobs AS job
        WHERE job.queue = of_queue AND job.state = 'ready' AND job.lane > found.lane
          AND (job.leased_until IS NULL OR job.leased_until < now())
        ORDER BY job.lane LIMIT 1
      )
      FROM found WHERE found.lane IS NOT NULL
    )
    SELECT found.lane FROM found WHERE found.lane > after_lane LIMIT most;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.keys, jobs.jobs TO fincore_app;
