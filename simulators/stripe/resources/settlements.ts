import type { Kind } from '../store/kinds';
import { Unwritable } from '../store/log';
import type { Store } from '../store/store';
import type { UnitOfWork } from '../store/unit-of-work';
import type { Account } from '../store/account';
import type { Snapshot } from '../store/kinds';
import { unsettledKey } from '../store/stored';
import { DueQueue } from '../webhooks/due-queue';
import { release } from './payment-intents';
import { settlePayout } from './payout-settlement';
import { settleRefund } from './refunds';

interface Due {
  readonly accountId: string;
  readonly kind: Kind;
  readonly id: string;
}

export interface SettlementOptions {
  readonly store: Store;
  /** After how long refunds and payouts get their outcome. */
  readonly settlementDelayMs: number;
  readonly log: (line: string) => void;
}

/** How long an outcome waits that the disk did not take. */
const retryPauseMs = 1_000;

/**
 * Gives pending objects their later outcome: refunds, payouts, and authorizations that nobody captured.
 * What is due is derived from the stored states, so a restart forgets nothing.
 */
export class Settlements {
  private readonly queue = new DueQueue<Due>(() => void this.advance());
  private isAdvancing = false;

  constructor(private readonly options: SettlementOptions) {
    options.store.onCommitted((unit) => {
      for (const put of unit.puts) this.consider(unit.account, put);
    });
  }

  resume(): void {
    for (const account of this.options.store.allAccounts()) {
      const { refund, payout, charge } = account.collections;
      for (const state of refund.referring(unsettledKey)) this.consider(account, { kind: 'refund', state });
      for (const state of payout.referring(unsettledKey)) this.consider(account, { kind: 'payout', state });
      for (const state of charge.referring(unsettledKey)) this.consider(account, { kind: 'charge', state });
    }
  }

  stop(): void {
    this.queue.stop();
  }

  private consider(account: Account, { kind, state }: Snapshot): void {
    const dueMs = this.dueOf({ kind, state } as Snapshot);
    if (dueMs !== undefined)
      this.queue.push({ accountId: account.id, kind, id: state.id }, dueMs - this.options.store.nowMs());
  }

  private dueOf({ kind, state }: Snapshot): number | undefined {
    const soonMs = this.options.store.nowMs() + this.options.settlementDelayMs;
    if (kind === 'refund') return state.settlesAs === null ? undefined : soonMs;
    if (kind === 'payout') return state.status === 'pending' ? soonMs : undefined;
    if (kind === 'charge')
      return state.capture_before === null || state.amount_captured > 0
        ? undefined
        : state.capture_before * 1_000;
    return undefined;
  }

  private async advance(): Promise<void> {
    if (this.isAdvancing) return;
    this.isAdvancing = true;
    for (let due = this.queue.take(); due !== undefined; due = this.queue.take()) {
      try {
        await this.settle(due);
      } catch (error) {
        // What is settled already is not settled twice, so asking once more is safe.
        if (error instanceof Unwritable) this.queue.push(due, retryPauseMs);
        else
          this.options.log(`A settlement failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    this.isAdvancing = false;
  }

  private async settle({ accountId, kind, id }: Due): Promise<void> {
    const { store } = this.options;
    const unit = store.begin(store.account(accountId), { requestId: null, idempotencyKey: null });
    if (kind === 'refund') settleRefund(unit, id);
    else if (kind === 'payout') settlePayout(unit, id);
    else expire(unit, id);
    if (unit.puts.length > 0) await store.commit(unit);
  }
}

/** An authorization that was neither captured nor canceled in time lapses. */
function expire(unit: UnitOfWork, chargeId: string): void {
  const charged = unit.get('charge', chargeId);
  if (charged === undefined || charged.capture_before === null || charged.status !== 'succeeded') return;
  const intent =
    charged.payment_intent === null ? undefined : unit.get('payment_intent', charged.payment_intent);
  if (intent !== undefined) release(unit, intent, 'automatic');
  else
    unit.emit('charge.expired', {
      kind: 'charge',
      state: { ...charged, status: 'voided', capture_before: null },
    });
}
