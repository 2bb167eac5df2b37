-- How far the journal has been handed on: everything up to here was acknowledged by the stream and by the queues.
CREATE TABLE relay.checkpoints (
  reader text PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO relay.checkpoints (reader, position) VALUES ('relay', 0);

GRANT SELECT, UPDATE ON relay.checkpoints TO fincore_app;
