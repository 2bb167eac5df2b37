/** The three rows of an accepted charge, in tables without anything that could be left out. */
export const rivalSchema = `
  CREATE SCHEMA rival;
  CREATE TABLE rival.keys (key_hash bytea PRIMARY KEY, request_hash bytea NOT NULL, body text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE rival.events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL,
    version integer NOT NULL, type text NOT NULL, data json NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (stream, version));
  CREATE TABLE rival.jobs (id text PRIMARY KEY, data json NOT NULL, due_at timestamptz NOT NULL DEFAULT now())`;

export const insertKey = 'INSERT INTO rival.keys (key_hash, request_hash, body) VALUES ($1, $2, $3)';
export const insertEvent =
  "INSERT INTO rival.events (stream, version, type, data) VALUES ($1, 1, 'ChargeCreated', $2)";
export const insertJob = 'INSERT INTO rival.jobs (id, data) VALUES ($1, $2)';

export const oneStatement = `
  WITH key AS (INSERT INTO rival.keys (key_hash, request_hash, body) VALUES ($1, $2, $3)),
  event AS (INSERT INTO rival.events (stream, version, type, data) VALUES ($4, 1, 'ChargeCreated', $3::json))
  INSERT INTO rival.jobs (id, data) VALUES ($4, $3::json)`;

/** One transaction of 100 charges that are made in the server itself: nothing is sent but the order to make them. */
export const batchOfOneHundred = `
  WITH charge AS MATERIALIZED (
    SELECT gen_random_uuid() AS id, uuid_send(gen_random_uuid()) AS key, $1::text AS body FROM generate_series(1, 100)
  ), key AS (INSERT INTO rival.keys (key_hash, request_hash, body) SELECT key, key, body FROM charge),
  event AS (
    INSERT INTO rival.events (stream, version, type, data)
    SELECT id::text, 1, 'ChargeCreated', body::json FROM charge
  )
  INSERT INTO rival.jobs (id, data) SELECT id::text, body::json FROM charge`;
