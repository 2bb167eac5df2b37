-- The public events of all contexts, one row for each. Everything here is derived from the journal and can be thrown away
-- and derived again, so the application may delete it.

CREATE TABLE events.checkpoints (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO events.checkpoints (partition, position) VALUES (1, 0);

CREATE TABLE events.events (
  event_id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  type text COLLATE "C" NOT NULL,
  object_id text COLLATE "C" NOT NULL,
  stream text COLLATE "C" NOT NULL,
  state jsonb NOT NULL
);

-- Newest first within a tenant; every list walks one of these in its order and stops at the page's end.
CREATE INDEX events_by_time ON events.events (tenant, created_at, event_id);
CREATE INDEX events_by_type ON events.events (tenant, type, created_at, event_id);
CREATE INDEX events_by_object ON events.events (object_id, created_at, event_id);

GRANT SELECT, UPDATE ON events.checkpoints TO fincore_app;
GRANT SELECT, INSERT, TRUNCATE ON events.events TO fincore_app;
