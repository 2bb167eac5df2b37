-- Where the scheduled verification goes on, since no single run of it lasts long enough for a large journal.
CREATE TABLE verification.passes (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- Raised with each change: of two runs that began with the same row, one takes effect.
  revision bigint NOT NULL DEFAULT 0 CHECK (revision >= 0),
  -- When the last pass began that went through everything to its end; until one has, when this was made.
  proven_at timestamptz(3) NOT NULL DEFAULT now(),
  -- What the program has to know to go on; null for nothing. It grows with the ledger's accounts, not with the journal.
  kept json
);

INSERT INTO verification.passes DEFAULT VALUES;

-- The one row is changed, never added or removed.
GRANT SELECT, UPDATE (revision, proven_at, kept) ON verification.passes TO fincore_app;
