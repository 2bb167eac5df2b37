-- How far the journal has been turned into jobs. Committed together with the jobs themselves.
CREATE TABLE dispatch.checkpoints (
  reader text PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
);

INSERT INTO dispatch.checkpoints (reader, position) VALUES ('dispatcher', 0);

GRANT SELECT, UPDATE ON dispatch.checkpoints TO fincore_app;
