import { Account, type AccountOptions, type EventState } from './account';
import { Answers, type StoredAnswer } from './answers';
import { forgetfulLog, type Log } from './log';
import { encodeFinished, encodeWork, type LogEntry, type PackedStatesPart, type Work } from './record';
import { UnitOfWork, type Origin } from './unit-of-work';

/** A webhook that has not been delivered yet. */
export interface PendingDelivery {
  readonly account: Account;
  readonly event: EventState;
  readonly endpointId: string;
}

export interface StoreOptions {
  readonly idempotencyTtlMs: number;
  /** So many states of each kind are kept as objects; older ones are packed. */
  readonly looseLimit: number;
  readonly nowMs: () => number;
}

/** Everything the simulator knows, in memory; what changes goes to the log before it is acknowledged. */
export class Store {
  readonly answers: Answers;
  readonly pendingDeliveries = new Map<string, PendingDelivery>();
  private readonly accounts = new Map<string, Account>();
  private readonly committed: ((unit: UnitOfWork) => void)[] = [];

  private log: Log = forgetfulLog;

  private readonly accountOptions: AccountOptions;

  constructor(private readonly options: StoreOptions) {
    this.answers = new Answers(options.idempotencyTtlMs);
    const answerSeconds = Math.ceil(options.idempotencyTtlMs / 1_000) + 1;
    this.accountOptions = { looseLimit: options.looseLimit, answerSeconds };
  }

  /** From now on everything is written here; until then it is only remembered. */
  writeTo(log: Log): void {
    this.log = log;
  }

  /** An account exists from its first object on; until then each call sees an empty one. */
  account(id: string): Account {
    return this.accounts.get(id) ?? new Account(id, this.accountOptions);
  }

  *allAccounts(): Generator<Account> {
    yield* this.accounts.values();
  }

  /** @throws Unwritable while the disk takes nothing, so that memory does not run ahead of it. */
  begin(account: Account, origin: Origin): UnitOfWork {
    if (this.log.failure !== undefined) throw this.log.failure;
    return new UnitOfWork(account, origin, this.options.nowMs());
  }

  nowMs(): number {
    return this.options.nowMs();
  }

  /** Calls the listener with each unit once it is durable. */
  onCommitted(listener: (unit: UnitOfWork) => void): void {
    this.committed.push(listener);
  }

  /**
   * Makes the unit visible at once; settles when it is durable too.
   * @throws Unwritable when the disk does not take it now; it takes effect as soon as the disk does.
   */
  async commit(unit: UnitOfWork, answer?: StoredAnswer): Promise<void> {
    if (unit.puts.length === 0 && answer === undefined) return this.log.durable();
    const account = this.admit(unit.account);
    for (const put of unit.puts) account.put(put);
    for (const event of unit.events) this.addEvent(account, event);
    if (answer !== undefined) account.answers.put(answer);
    this.log.append(
      encodeWork({
        accountId: account.id,
        puts: unit.puts,
        arePast: false,
        events: unit.events,
        answers: answer === undefined ? [] : [answer],
      }),
      () => {
        for (const listener of this.committed) listener(unit);
      },
    );
    await this.log.durable();
  }

  /** Why the disk takes nothing at the moment. */
  get trouble(): string | undefined {
    return this.log.failure?.message;
  }

  /** Settles when everything that a reader may have seen is durable. */
  durable(): Promise<void> {
    return this.log.durable();
  }

  /** Forgets deliveries that succeeded or were given up. Need not be durable: at worst one is repeated. */
  finishDeliveries(finished: readonly PendingDelivery[]): void {
    for (const { event, endpointId } of finished)
      this.pendingDeliveries.delete(deliveryKey(event.id, endpointId));
    this.log.append(encodeFinished(finished.map(({ event, endpointId }) => [event.id, endpointId])));
  }

  /** Applies a line of the log at start. Applying one twice changes nothing. */
  replay(entry: LogEntry): void {
    switch (entry.kind) {
      case 'finished_deliveries':
        for (const [eventId, endpointId] of entry.deliveries)
          this.pendingDeliveries.delete(deliveryKey(eventId, endpointId));
        break;
      case 'packed':
        this.load(entry.packed);
        break;
      case 'pending_deliveries': {
        const account = this.account(entry.accountId);
        for (const [eventId, endpointId] of entry.deliveries) {
          const event = account.events.get(eventId);
          if (event === undefined) throw new Error(`it refers to event ${eventId}, which is not there`);
          this.addDelivery({ account, event, endpointId });
        }
        break;
      }
      case 'work':
        this.apply(entry.work);
    }
  }

  private load({ accountId, collection, part }: PackedStatesPart): void {
    const account = this.admit(this.account(accountId));
    if (collection === 'event') account.events.load(part);
    else if (collection === 'answer') account.answers.load(part);
    else account.collections[collection].load(part);
  }

  private apply({ accountId, puts, arePast, events, answers }: Work): void {
    const account = this.admit(this.account(accountId));
    if (!arePast) for (const put of puts) account.put(put);
    for (const event of events) {
      if (arePast) account.events.put(event);
      else this.addEvent(account, event);
    }
    for (const answer of answers) account.answers.put(answer);
  }

  private addEvent(account: Account, event: EventState): void {
    account.events.put(event);
    for (const endpointId of event.endpoints) this.addDelivery({ account, event, endpointId });
  }

  private addDelivery(delivery: PendingDelivery): void {
    this.pendingDeliveries.set(deliveryKey(delivery.event.id, delivery.endpointId), delivery);
  }

  private admit(account: Account): Account {
    const known = this.accounts.get(account.id);
    if (known !== undefined) return known;
    this.accounts.set(account.id, account);
    return account;
  }
}

const deliveryKey = (eventId: string, endpointId: string): string => `${eventId}\n${endpointId}`;
