-- The read model of charges and refunds. Everything here is derived from the journal and can be thrown away and
-- derived again, so the application may delete it.

-- How far the reader of each journal partition has come; moved in the transaction that writes the rows.
CREATE TABLE payments.checkpoints (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

INSERT INTO payments.checkpoints (partition, position) VALUES (1, 0);

-- A row is kept whole in state, as its fold is; the other columns are what lists filter by. jsonb, because its one form
-- for one value keeps a rebuild identical byte for byte. Ids compare as bytes: that is how they sort by creation, and it
-- costs less than a language's rules.
CREATE TABLE payments.charges (
  charge_id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  metadata jsonb NOT NULL,
  status text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  customer_reference text COLLATE "C",
  state jsonb NOT NULL
);

-- Newest first within a tenant; every list walks one of these in its order and stops at the page's end.
CREATE INDEX charges_by_time ON payments.charges (tenant, created_at, charge_id);
CREATE INDEX charges_by_status ON payments.charges (tenant, status, created_at, charge_id);
CREATE INDEX charges_by_customer ON payments.charges (tenant, customer_reference, created_at, charge_id)
  WHERE customer_reference IS NOT NULL;
CREATE INDEX charges_by_currency ON payments.charges (tenant, currency, created_at, charge_id);
CREATE INDEX charges_by_amount ON payments.charges (tenant, amount_minor, created_at, charge_id);

CREATE TABLE payments.refunds (
  refund_id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  metadata jsonb NOT NULL,
  charge_id text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  customer_reference text COLLATE "C",
  state jsonb NOT NULL
);

CREATE INDEX refunds_by_time ON payments.refunds (tenant, created_at, refund_id);
CREATE INDEX refunds_by_status ON payments.refunds (tenant, status, created_at, refund_id);
CREATE INDEX refunds_by_charge ON payments.refunds (charge_id, created_at, refund_id);
CREATE INDEX refunds_by_customer ON payments.refunds (tenant, customer_reference, created_at, refund_id)
  WHERE customer_reference IS NOT NULL;
CREATE INDEX refunds_by_amount ON payments.refunds (tenant, amount_minor, created_at, refund_id);
CREATE INDEX refunds_by_currency ON payments.refunds (tenant, currency, created_at, refund_id);

-- What carries which metadata, newest first. A GIN index finds a rare value and sorts all rows of a common
-- one; this walks both in the list's order and stops at the page's end.
CREATE TABLE payments.metadata (
  tenant text COLLATE "C" NOT NULL,
  object text COLLATE "C" NOT NULL CHECK (object IN ('charge', 'refund')),
  key text COLLATE "C" NOT NULL,
  -- The first 100 characters, because an index entry has a bound; the object itself has the whole value.
  value text COLLATE "C" NOT NULL,
  created_at timestamptz NOT NULL,
  id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, object, key, value, created_at, id)
);

GRANT SELECT, UPDATE ON payments.checkpoints TO fincore_app;
GRANT SELECT, INSERT, UPDATE, TRUNCATE ON payments.charges, payments.refunds, payments.metadata TO fincore_app;
