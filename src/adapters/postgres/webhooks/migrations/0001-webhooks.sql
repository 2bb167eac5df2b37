-- Events on their way to endpoints, and every request that was made for them. Not derived: a request leaves no event.
CREATE TABLE webhooks.deliveries (
  delivery_id text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  endpoint_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  event_type text NOT NULL,
  stream text COLLATE "C" NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'held', 'succeeded', 'failed', 'canceled')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL
);

-- An id begins with its time, so it is the order of every list.
CREATE INDEX deliveries_of_tenant ON webhooks.deliveries (tenant, delivery_id);
CREATE INDEX deliveries_of_endpoint ON webhooks.deliveries (endpoint_id, delivery_id);
CREATE INDEX deliveries_of_event ON webhooks.deliveries (event_id, delivery_id);
CREATE INDEX deliveries_held ON webhooks.deliveries (endpoint_id, delivery_id) WHERE status = 'held';

CREATE TABLE webhooks.attempts (
  delivery_id text COLLATE "C" NOT NULL REFERENCES webhooks.deliveries,
  attempt integer NOT NULL,
  url text NOT NULL,
  sent_at timestamptz NOT NULL,
  elapsed_ms integer NOT NULL,
  status_code integer,
  answer text,
  failure text,
  PRIMARY KEY (delivery_id, attempt)
);

GRANT SELECT, INSERT, UPDATE ON webhooks.deliveries TO fincore_app;
GRANT SELECT, INSERT ON webhooks.attempts TO fincore_app;
