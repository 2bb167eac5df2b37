import { renderEvent } from '../resources/events';
import type { PendingDelivery, Store } from '../store/store';
import type { UnitOfWork } from '../store/unit-of-work';
import { alter } from '../faults/alteration';
import { noDeliveryFaults, type DeliveryFaults } from '../faults/delivery-faults';
import { DueQueue } from './due-queue';
import { signatureHeader } from './signature';
import type { Transport } from './transport';

export interface DelivererOptions {
  readonly store: Store;
  readonly transport: Transport;
  readonly retryBaseMs: number;
  readonly concurrency: number;
  readonly faultsFor: (delivery: PendingDelivery) => DeliveryFaults;
  readonly log: (line: string) => void;
}

/** Stripe tries for three days; with a base of one second these attempts, doubling, take half an hour. */
const attemptLimit = 12;
const longestPauseMs = 10 * 60_000;

interface Task {
  readonly delivery: PendingDelivery;
  readonly attempt: number;
  readonly faults: DeliveryFaults;
}

/** Delivers events to their endpoints: each again and again until it is taken, many at once but never too many. */
export class Deliverer {
  private readonly queue: DueQueue<Task>;
  private readonly finished: PendingDelivery[] = [];
  private underWay = 0;
  private isStopped = false;

  constructor(private readonly options: DelivererOptions) {
    this.queue = new DueQueue(() => this.advance());
    options.store.onCommitted((unit) => this.enqueue(unit));
  }

  /** Takes up what an earlier run left undelivered. */
  resume(): void {
    for (const delivery of this.options.store.pendingDeliveries.values()) this.schedule(delivery);
  }

  stop(): void {
    this.isStopped = true;
    this.queue.stop();
    this.options.transport.close();
  }

  private enqueue(unit: UnitOfWork): void {
    for (const event of unit.events) {
      for (const endpointId of event.endpoints) this.schedule({ account: unit.account, event, endpointId });
    }
  }

  private schedule(delivery: PendingDelivery): void {
    const faults = this.options.faultsFor(delivery);
    if (faults.isLost) {
      this.finish(delivery);
      return;
    }
    for (let copy = 0; copy < faults.copies; copy += 1) {
      this.queue.push({ delivery, attempt: 1, faults }, faults.delayMs);
    }
  }

  private advance(): void {
    while (!this.isStopped && this.underWay < this.options.concurrency) {
      const task = this.queue.take();
      if (task === undefined) return;
      this.underWay += 1;
      void this.deliver(task).finally(() => {
        this.underWay -= 1;
        this.advance();
      });
    }
  }

  private async deliver({ delivery, attempt, faults }: Task): Promise<void> {
    const { account, event, endpointId } = delivery;
    const endpoint = account.get('webhook_endpoint', endpointId);
    if (endpoint === undefined || endpoint.deleted === true || endpoint.status !== 'enabled') {
      this.finish(delivery);
      return;
    }
    const rendered = renderEvent(event, event.endpoints.length, endpoint.api_version);
    const body = JSON.stringify(faults.alterations.reduce<unknown>(alter, rendered));
    const signature = signatureHeader(body, { secret: endpoint.secret, atMs: Date.now() });
    const status = await this.options.transport.post(endpoint.url, {
      body,
      signature: faults.alterSignature(signature),
    });
    if (this.isStopped) return;
    if (status !== undefined && status >= 200 && status < 300) this.finish(delivery);
    else if (attempt >= attemptLimit) {
      this.options.log(
        `Gave up delivering ${event.type} ${event.id} to ${endpoint.url} after ${attempt} attempts.`,
      );
      this.finish(delivery);
    } else {
      const pauseMs = Math.min(this.options.retryBaseMs * 2 ** (attempt - 1), longestPauseMs);
      this.queue.push({ delivery, attempt: attempt + 1, faults: noDeliveryFaults }, pauseMs);
    }
  }

  /** Collects what is done, so that a storm writes few lines. */
  private finish(delivery: PendingDelivery): void {
    this.finished.push(delivery);
    if (this.finished.length > 1) return;
    setImmediate(() => this.options.store.finishDeliveries(this.finished.splice(0)));
  }
}
