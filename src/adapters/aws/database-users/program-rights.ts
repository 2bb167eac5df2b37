type Verb = 'SELECT' | 'INSERT' | 'UPDATE';

/** As `GRANT` takes it: for the whole table, or for some of its columns. No program deletes or empties anything. */
export type Right = Verb | `${Verb} (${string})`;

/** By table, with its schema. */
export type Rights = Readonly<Record<`${string}.${string}`, readonly Right[]>>;

/** An entry of the audit about something that was refused, and one about something that was done. */
const refusal =
  'id, tenant, actor, action, subject, outcome, request_id, correlation_id, occurred_at, code, client_address, count, sequence, previous_hash, hash';
const effect =
  'id, tenant, actor, action, subject, part, outcome, request_id, correlation_id, occurred_at, event, partition, position';

/** What changes in a row of a read model after it was written. */
const rowState = 'status, state';

/**
 * What each program may do in the databases: what it does, and nothing else. A program that is not named here does not
 * sign in; the migrations own the schemas.
 *
 * `FOR UPDATE` needs the right to update one column, and a statement needs the rights for all of its parts, also for
 * one that this program gives no rows to.
 * @source docs/adr/0012
 */
export const programRights = {
  /** Appends requests with their answers and what they do to balances, reads every store, and keeps refusals: never effects, which events make. */
  api: {
    'journal.heads': ['SELECT', 'UPDATE (position)'],
    'journal.events': ['SELECT', 'INSERT'],
    'journal.idempotency_keys': ['SELECT', 'INSERT'],
    'journal.balances': ['SELECT', 'INSERT', 'UPDATE (amount_minor)'],
    'journal.migrations': ['SELECT'],
    'relay.stage': ['SELECT'],
    'payments.checkpoints': ['SELECT'],
    'payments.charges': ['SELECT'],
    'payments.refunds': ['SELECT'],
    'payments.metadata': ['SELECT'],
    'payments.migrations': ['SELECT'],
    'ledger.checkpoints': ['SELECT'],
    'ledger.accounts': ['SELECT'],
    'ledger.transactions': ['SELECT'],
    'ledger.entries': ['SELECT'],
    'ledger.migrations': ['SELECT'],
    'audit.chain': ['SELECT', 'UPDATE (sequence, hash)'],
    'audit.entries': ['SELECT', `INSERT (${refusal})`],
    'audit.migrations': ['SELECT'],
  },
  /** Hands the journal on, and seals it. */
  relay: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'journal.seals': ['SELECT', 'INSERT'],
    'relay.checkpoints': ['SELECT', 'UPDATE (position)'],
    'relay.stage': ['SELECT'],
  },
  /** Appends what the PSP said. It sees which answers are kept, and not what they say: some hold a merchant's keys. */
  worker: {
    'journal.heads': ['SELECT', 'UPDATE (position)'],
    'journal.events': ['SELECT', 'INSERT'],
    'journal.idempotency_keys': ['SELECT (key_hash)', 'INSERT'],
    'journal.balances': ['SELECT', 'INSERT', 'UPDATE (amount_minor)'],
    'relay.stage': ['SELECT'],
  },
  /** Derives PaymentDB. */
  projectionist: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'relay.stage': ['SELECT'],
    'payments.checkpoints': ['SELECT', 'UPDATE (position)'],
    'payments.charges': ['SELECT', 'INSERT', `UPDATE (${rowState})`],
    'payments.refunds': ['SELECT', 'INSERT', `UPDATE (${rowState})`],
    'payments.metadata': ['INSERT'],
  },
  /** Derives the ledger: adds entries that it cannot change, and moves balances and the ends of chains. */
  ledger: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'relay.stage': ['SELECT'],
    'ledger.checkpoints': ['SELECT', 'INSERT', 'UPDATE (position)'],
    'ledger.accounts': ['SELECT', 'INSERT', 'UPDATE (balance, account_sequence)'],
    'ledger.chains': ['SELECT', 'INSERT', 'UPDATE (sequence, hash, effective_at)'],
    'ledger.transactions': ['INSERT'],
    'ledger.entries': ['INSERT'],
  },
  /** Derives the effects in the audit: never refusals, nor where their chain ends. */
  audit: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'relay.stage': ['SELECT'],
    'audit.checkpoints': ['SELECT', 'INSERT', 'UPDATE (position)'],
    'audit.entries': [`INSERT (${effect})`],
  },
  /** Reads everything that is proven, and changes nothing but its own row. */
  verification: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'journal.idempotency_keys': ['SELECT'],
    'journal.seals': ['SELECT'],
    'journal.balances': ['SELECT'],
    'relay.checkpoints': ['SELECT'],
    'relay.stage': ['SELECT'],
    'verification.passes': ['SELECT', 'UPDATE (revision, proven_at, kept)'],
    'payments.checkpoints': ['SELECT'],
    'payments.charges': ['SELECT'],
    'payments.refunds': ['SELECT'],
    'payments.metadata': ['SELECT'],
    'ledger.checkpoints': ['SELECT'],
    'ledger.accounts': ['SELECT'],
    'ledger.chains': ['SELECT'],
    'ledger.transactions': ['SELECT'],
    'ledger.entries': ['SELECT'],
    'audit.checkpoints': ['SELECT'],
    'audit.chain': ['SELECT'],
    'audit.entries': ['SELECT'],
  },
} as const satisfies Readonly<Record<string, Rights>>;

/** A program that signs in at the databases as a user of its own. */
export type DatabaseProgram = keyof typeof programRights;

export const databasePrograms = Object.keys(programRights) as readonly DatabaseProgram[];

/** The database user of each program. */
export type DatabaseUsers = Readonly<Record<DatabaseProgram, string>>;
