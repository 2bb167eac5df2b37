-- The read model of rule sets. Everything here is derived from the journal and can be thrown away and derived again.

CREATE TABLE risk.checkpoints (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO risk.checkpoints (partition, position) VALUES (1, 0);

CREATE TABLE risk.rule_sets (
  rule_set_id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  state jsonb NOT NULL
);

CREATE INDEX rule_sets_by_time ON risk.rule_sets (tenant, created_at, rule_set_id);

GRANT SELECT, UPDATE ON risk.checkpoints TO fincore_app;
GRANT SELECT, INSERT, UPDATE, TRUNCATE ON risk.rule_sets TO fincore_app;
