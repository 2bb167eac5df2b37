import type { Pool } from 'pg';
import type { DeliveryTerms } from '../../../../core/webhooks';

const text = `INSERT INTO webhooks.deliveries
    (delivery_id, tenant, endpoint_id, event_id, event_type, stream, version, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (delivery_id) DO NOTHING`;

/** @returns whether it was not there yet */
export async function openDelivery(pool: Pool, terms: DeliveryTerms): Promise<boolean> {
  const { deliveryId, tenant, endpointId, eventId, eventType, stream, version, createdAt } = terms;
  const inserted = await pool.query({
    name: 'webhooks-open-delivery',
    text,
    values: [deliveryId, tenant, endpointId, eventId, eventType, stream, version, new Date(createdAt)],
  });
  return inserted.rowCount === 1;
}
