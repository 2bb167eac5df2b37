-- Refunds are listed by amount and by currency as charges are: each list walks an index in its order and stops at the
-- page's end, however many refunds a merchant has.
CREATE INDEX refunds_by_amount ON payments.refunds (tenant, amount_minor, created_at, refund_id);
CREATE INDEX refunds_by_currency ON payments.refunds (tenant, currency, created_at, refund_id);
