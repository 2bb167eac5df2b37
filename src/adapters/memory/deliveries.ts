import { type WebhookDeliveryId, accept, assert, pageOf, walkLimit } from '../../core/kernel';
import { refuseCursor } from '../../core/ports';
import type { Delivery, DeliveryAttempt, DeliveryFilter, DeliveryStore } from '../../core/webhooks';

export interface MemoryDeliveries extends DeliveryStore {
  /** The deliveries themselves, for simulations that look at them. */
  readonly rows: ReadonlyMap<WebhookDeliveryId, Delivery>;
}

/** Deliveries for the life of the process. */
export function createMemoryDeliveries(): MemoryDeliveries {
  const rows = new Map<WebhookDeliveryId, Delivery>();
  const attempts = new Map<WebhookDeliveryId, DeliveryAttempt[]>();
  const isOpen = ({ status }: Delivery) => status === 'pending' || status === 'held';
  const known = (deliveryId: WebhookDeliveryId): Delivery => {
    const row = rows.get(deliveryId);
    assert(row !== undefined, `${deliveryId} was opened`);
    return row;
  };
  return {
    rows,
    open(terms) {
      const row = rows.get(terms.deliveryId);
      if (row !== undefined) return Promise.resolve(row);
      const opened: Delivery = { ...terms, status: 'pending', attempts: 0, nextAttemptAt: null, last: null };
      rows.set(terms.deliveryId, opened);
      return Promise.resolve(opened);
    },
    record(deliveryId, { attempt, status, nextAttemptAt }) {
      const row = known(deliveryId);
      const last: DeliveryAttempt = { ...attempt, attempt: row.attempts + 1 };
      const moved: Delivery = {
        ...row,
        attempts: row.attempts + 1,
        last,
        status: isOpen(row) ? status : row.status,
        nextAttemptAt: isOpen(row) ? nextAttemptAt : null,
      };
      rows.set(deliveryId, moved);
      attempts.set(deliveryId, [...(attempts.get(deliveryId) ?? []), last]);
      return Promise.resolve(moved);
    },
    move(deliveryId, status) {
      const row = known(deliveryId);
      if (isOpen(row))
        rows.set(deliveryId, {
          ...row,
          status,
          nextAttemptAt: status === 'pending' ? row.nextAttemptAt : null,
        });
      return Promise.resolve();
    },
    held({ tenant, endpointId }, { after, limit }) {
      const found = [...rows.values()]
        .filter((row) => row.tenant === tenant && row.endpointId === endpointId && row.status === 'held')
        .filter(({ deliveryId }) => deliveryId > after)
        .toSorted(oldestFirst);
      return Promise.resolve(found.slice(0, limit));
    },
    find(tenant, deliveryId) {
      const row = rows.get(deliveryId);
      return Promise.resolve(row?.tenant === tenant ? row : null);
    },
    attempts: (deliveryId) => Promise.resolve(attempts.get(deliveryId) ?? []),
    list(tenant, filter, page) {
      const own = [...rows.values()].filter((row) => row.tenant === tenant).toSorted(oldestFirst);
      const { cursor } = page;
      if (cursor !== undefined && !own.some(({ deliveryId }) => deliveryId === cursor.id))
        return Promise.resolve(refuseCursor(cursor));
      const isNewer = cursor?.kind === 'ending_before';
      const walked = isNewer ? own : own.reverse();
      const at = cursor === undefined ? -1 : walked.findIndex(({ deliveryId }) => deliveryId === cursor.id);
      const beyond = walked.slice(at + 1).filter((row) => passes(filter, row));
      return Promise.resolve(accept(pageOf(page, beyond.slice(0, walkLimit(page)))));
    },
  };
}

const oldestFirst = (left: Delivery, right: Delivery): number =>
  left.deliveryId < right.deliveryId ? -1 : 1;

const passes = ({ endpointId, eventId, statuses }: DeliveryFilter, row: Delivery): boolean =>
  (endpointId === undefined || row.endpointId === endpointId) &&
  (eventId === undefined || row.eventId === eventId) &&
  (statuses === undefined || statuses.includes(row.status));
