-- Which stage the journal belongs to, so that a program of another stage refuses to work on it.
CREATE TABLE relay.stage (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  name text NOT NULL
);

GRANT SELECT ON relay.stage TO fincore_app;
