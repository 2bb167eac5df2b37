-- The ledger: double entry, immutable, derived from the journal and therefore rebuildable.

-- Up to where in each journal partition the ledger has read. Moved in the transaction of the entries, and only
-- from where it was: of two processes that read the same events, one takes effect.
CREATE TABLE ledger.checkpoints (
  partition integer PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0)
) WITH (fillfactor = 10);

INSERT INTO ledger.checkpoints (partition, position) VALUES (1, 0);

-- Balances as they are now. The past is in the entries.
CREATE TABLE ledger.accounts (
  -- acct_<tenant>_<code>_<currency>: "C" collation, because ids are compared as bytes.
  id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  currency text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
  -- Minor units on the account's normal side. 38 digits and not bigint: amounts near 2^53 would fill a bigint
  -- after a thousand charges, and an overflow here would stop the ledger for every tenant.
  balance numeric(38, 0) NOT NULL,
  account_sequence bigint NOT NULL CHECK (account_sequence > 0),
  UNIQUE (tenant, code, currency)
  -- Room on each page, so that a changed balance stays there and touches no index.
) WITH (fillfactor = 50);

-- Where each tenant's hash chain ends.
CREATE TABLE ledger.chains (
  tenant text COLLATE "C" PRIMARY KEY,
  sequence bigint NOT NULL CHECK (sequence > 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  effective_at timestamptz(3) NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE ledger.transactions (
  id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  event_type text NOT NULL,
  -- What the money moved for (ch_…, txn_…, ord_…), and the part of it (cap_…, re_…).
  subject text COLLATE "C" NOT NULL,
  part text COLLATE "C",
  partition integer NOT NULL,
  position bigint NOT NULL CHECK (position > 0),
  -- Milliseconds and no finer: what is hashed is all there is.
  effective_at timestamptz(3) NOT NULL,
  -- The transaction's entries are those of its tenant from here on, entry_count of them.
  first_sequence bigint NOT NULL CHECK (first_sequence > 0),
  entry_count smallint NOT NULL CHECK (entry_count >= 2)
);
-- A subject's entries, and a past time's place in the chain.
CREATE INDEX transactions_by_subject ON ledger.transactions (tenant, subject, first_sequence);
CREATE INDEX transactions_by_time ON ledger.transactions (tenant, effective_at, first_sequence);

-- There are no foreign keys to transactions and accounts: all rows of a batch are computed together and written
-- in one transaction, nobody may update or delete them, and the verifier finds what the keys would have found.
CREATE TABLE ledger.entries (
  tenant text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  transaction_id text COLLATE "C" NOT NULL,
  account_id text COLLATE "C" NOT NULL,
  account_sequence bigint NOT NULL CHECK (account_sequence > 0),
  side text NOT NULL CHECK (side IN ('debit', 'credit')),
  amount numeric(38, 0) NOT NULL CHECK (amount > 0),
  balance_before numeric(38, 0) NOT NULL,
  balance_after numeric(38, 0) NOT NULL,
  previous_hash bytea NOT NULL CHECK (octet_length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  PRIMARY KEY (tenant, sequence),
  CHECK (abs(balance_after - balance_before) = amount)
);
-- The last entry of an account at or before a place in the chain: its balance then.
CREATE UNIQUE INDEX entries_by_account ON ledger.entries (account_id, sequence);

-- The application adds to the books and never changes them; what it may change is derived from them.
GRANT SELECT, INSERT ON ledger.transactions, ledger.entries TO fincore_app;
GRANT SELECT, INSERT, UPDATE ON ledger.accounts, ledger.chains, ledger.checkpoints TO fincore_app;
