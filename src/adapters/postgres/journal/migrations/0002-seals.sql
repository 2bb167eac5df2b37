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

GRANT SELECT, INSERT ON journal.seals TO fincore_app;
