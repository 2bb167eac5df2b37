import type { Pool } from 'pg';
import { type PageRequest, type TenantId, walkLimit } from '../../../../core/kernel';
import type { Delivery, DeliveryFilter } from '../../../../core/webhooks';
import { type DeliveryRow, deliveryOf, selectDelivery } from './delivery-row';

/** Walks a tenant's deliveries away from the cursor, one row more than the page. */
export async function walkDeliveries(
  pool: Pool,
  tenant: TenantId,
  { endpointId, eventId, statuses }: DeliveryFilter,
  page: PageRequest<string>,
): Promise<readonly Delivery[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${String(values.push(value))}`;
  const isNewer = page.cursor?.kind === 'ending_before';
  const conditions = [
    `d.tenant = ${parameter(tenant)}`,
    ...(endpointId === undefined ? [] : [`d.endpoint_id = ${parameter(endpointId)}`]),
    ...(eventId === undefined ? [] : [`d.event_id = ${parameter(eventId)}`]),
    ...(statuses === undefined ? [] : [`d.status = ANY (${parameter(statuses)})`]),
    ...(page.cursor === undefined
      ? []
      : [`d.delivery_id ${isNewer ? '>' : '<'} ${parameter(page.cursor.id)}`]),
  ];
  const found = await pool.query<DeliveryRow>(
    `${selectDelivery} WHERE ${conditions.join(' AND ')}
      ORDER BY d.delivery_id ${isNewer ? 'ASC' : 'DESC'} LIMIT ${parameter(walkLimit(page))}`,
    values,
  );
  return found.rows.map(deliveryOf);
}
