import type { Pool } from 'pg';
import { accept, assert, pageOf } from '../../../core/kernel';
import { refuseCursor } from '../../../core/ports';
import type { Delivery, DeliveryAttempt, DeliveryStore } from '../../../core/webhooks';
import { type DeliveryRow, deliveryOf, selectDelivery } from './queries/delivery-row';
import { walkDeliveries } from './queries/list-deliveries';
import { openDelivery } from './queries/open-delivery';
import { recordAttempt } from './queries/record-attempt';

const byId = `${selectDelivery} WHERE d.delivery_id = $1`;
const heldText = `${selectDelivery}
  WHERE d.endpoint_id = $1 AND d.tenant = $2 AND d.status = 'held' AND d.delivery_id > $3
  ORDER BY d.delivery_id LIMIT $4`;
const moveText = `UPDATE webhooks.deliveries
  SET status = $2, next_attempt_at = CASE $2 WHEN 'pending' THEN next_attempt_at END
  WHERE delivery_id = $1 AND status IN ('pending', 'held')`;
const attemptsText = `SELECT attempt, url, floor(extract(epoch FROM sent_at) * 1000)::float8 AS "sentAt",
    elapsed_ms AS "elapsedMs", status_code AS "statusCode", answer, failure
  FROM webhooks.attempts WHERE delivery_id = $1 ORDER BY attempt`;

/** Deliveries in the database of the journal. */
export function createDeliveryStore(pool: Pool): DeliveryStore {
  async function find(deliveryId: string): Promise<Delivery | null> {
    const found = await pool.query<DeliveryRow>({ name: 'webhooks-find', text: byId, values: [deliveryId] });
    const row = found.rows[0];
    return row === undefined ? null : deliveryOf(row);
  }
  async function known(deliveryId: string): Promise<Delivery> {
    const delivery = await find(deliveryId);
    assert(delivery !== null, `${deliveryId} was opened`);
    return delivery;
  }
  return {
    async open(terms) {
      const isNew = await openDelivery(pool, terms);
      return isNew
        ? { ...terms, status: 'pending', attempts: 0, nextAttemptAt: null, last: null }
        : known(terms.deliveryId);
    },
    async record(deliveryId, outcome) {
      await recordAttempt(pool, deliveryId, outcome);
      return known(deliveryId);
    },
    async move(deliveryId, status) {
      await pool.query({ name: 'webhooks-move', text: moveText, values: [deliveryId, status] });
    },
    async held({ tenant, endpointId }, { after, limit }) {
      const found = await pool.query<DeliveryRow>(heldText, [endpointId, tenant, after, limit]);
      return found.rows.map(deliveryOf);
    },
    async find(tenant, deliveryId) {
      const delivery = await find(deliveryId);
      return delivery?.tenant === tenant ? delivery : null;
    },
    async attempts(deliveryId) {
      return (await pool.query<DeliveryAttempt>(attemptsText, [deliveryId])).rows;
    },
    async list(tenant, filter, page) {
      const { cursor } = page;
      if (cursor !== undefined && (await find(cursor.id))?.tenant !== tenant) return refuseCursor(cursor);
      return accept(pageOf(page, await walkDeliveries(pool, tenant, filter, page)));
    },
  };
}
