import { contexts } from '../../../core/contexts';
import { assert } from '../../../core/kernel';
import type { ReadModel, ReadTable } from '../../../core/ports';

type Verb = 'SELECT' | 'INSERT' | 'UPDATE';

/** As `GRANT` takes it: for the whole table, or for some of its columns. No program deletes or empties anything. */
export type Right = Verb | `${Verb} (${string})`;

/** By table, with its schema. */
export type Rights = Readonly<Record<string, readonly Right[]>>;

/** An entry of the audit about something that was refused, and one about something that was done. */
const refusal =
  'id, tenant, actor, action, subject, outcome, request_id, correlation_id, occurred_at, code, client_address, count, sequence, previous_hash, hash';
const effect =
  'id, tenant, actor, action, subject, part, outcome, request_id, correlation_id, occurred_at, event, partition, position';

type AnyReadModel = ReadModel<unknown, unknown>;

const tablesOf = ({ table, parts }: AnyReadModel): readonly ReadTable<unknown>[] => [
  table,
  ...parts.map((part) => part.table),
];

/** The names of everything that can be read of a read model. */
const readableIn = (model: AnyReadModel): readonly string[] => {
  const tables = tablesOf(model);
  return [
    'checkpoints',
    ...tables.map(({ name }) => name),
    ...(tables.some(({ hasMetadata }) => hasMetadata) ? ['metadata'] : []),
  ];
};

const selecting = (names: (model: AnyReadModel) => readonly string[]): Rights =>
  Object.fromEntries(
    contexts.readModels.flatMap((model) =>
      names(model).map((name) => [`${model.name}.${name}`, ['SELECT']] as const),
    ),
  );

/** What changes in a row after it was written. */
const changing = ({ columns }: ReadTable<unknown>): string =>
  [...Object.keys(columns).filter((name) => columns[name]?.isFixed === false), 'state'].join(', ');

/** Rights of the reader that keeps a read model. */
function keeping(model: AnyReadModel): Rights {
  const tables = tablesOf(model);
  return {
    ...readingJournal,
    [`${model.name}.checkpoints`]: ['SELECT', 'UPDATE (position)'],
    ...Object.fromEntries(
      tables.map((table) => [
        `${model.name}.${table.name}`,
        model.rowPerEvent === undefined
          ? (['SELECT', 'INSERT', `UPDATE (${changing(table)})`] as const)
          : (['INSERT'] as const),
      ]),
    ),
    ...(tables.some(({ hasMetadata }) => hasMetadata)
      ? { [`${model.name}.metadata`]: ['INSERT'] as const }
      : {}),
  };
}

/** What a function needs that brings events to a reader. */
const readingJournal: Rights = {
  'journal.heads': ['SELECT'],
  'journal.events': ['SELECT'],
  'relay.stage': ['SELECT'],
};

/**
 * What each program may do in the databases: what it does, and nothing else. A program that is not named here does not
 * sign in; the migrations own the schemas.
 *
 * `FOR UPDATE` needs the right to update one column, and a statement needs the rights for all of its parts, also for
 * one that this program gives no rows to.
 * @source docs/adr/0012
 */
export const programRights: Readonly<Record<string, Rights>> = {
  /** Appends requests with their answers and what they do to balances, reads every store, and keeps refusals: never effects, which events make. */
  api: {
    'journal.heads': ['SELECT', 'UPDATE (position)'],
    'journal.events': ['SELECT', 'INSERT'],
    'journal.idempotency_keys': ['SELECT', 'INSERT'],
    'journal.balances': ['SELECT', 'INSERT', 'UPDATE (amount_minor)'],
    'journal.migrations': ['SELECT'],
    'relay.stage': ['SELECT'],
    ...selecting((model) => [...readableIn(model), 'migrations']),
    'ledger.checkpoints': ['SELECT'],
    'ledger.accounts': ['SELECT'],
    'ledger.transactions': ['SELECT'],
    'ledger.entries': ['SELECT'],
    'ledger.migrations': ['SELECT'],
    'audit.chain': ['SELECT', 'UPDATE (sequence, hash)'],
    'audit.entries': ['SELECT', `INSERT (${refusal})`],
    'audit.migrations': ['SELECT'],
    'webhooks.deliveries': ['SELECT'],
    'webhooks.attempts': ['SELECT'],
  },
  /** Hands the journal on, and seals it. */
  relay: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'journal.seals': ['SELECT', 'INSERT'],
    'relay.checkpoints': ['SELECT', 'UPDATE (position)'],
    'relay.stage': ['SELECT'],
  },
  /** Appends what the PSP said, and keeps what became of webhooks. It sees which answers are kept, and not what they say: some hold a merchant's keys. */
  worker: {
    'journal.heads': ['SELECT', 'UPDATE (position)'],
    'journal.events': ['SELECT', 'INSERT'],
    'journal.idempotency_keys': ['SELECT (key_hash)', 'INSERT'],
    'journal.balances': ['SELECT', 'INSERT', 'UPDATE (amount_minor)'],
    'relay.stage': ['SELECT'],
    'webhooks.deliveries': ['SELECT', 'INSERT', 'UPDATE (status, attempts, next_attempt_at)'],
    'webhooks.attempts': ['SELECT', 'INSERT'],
  },
  /** The reader of each read model derives its rows. */
  ...Object.fromEntries(contexts.readModels.map((model) => [model.name, keeping(model)] as const)),
  /** Derives the ledger: adds entries that it cannot change, and moves balances and the ends of chains. */
  ledger: {
    ...readingJournal,
    'ledger.checkpoints': ['SELECT', 'INSERT', 'UPDATE (position)'],
    'ledger.accounts': ['SELECT', 'INSERT', 'UPDATE (balance, account_sequence)'],
    'ledger.chains': ['SELECT', 'INSERT', 'UPDATE (sequence, hash, effective_at)'],
    'ledger.transactions': ['INSERT'],
    'ledger.entries': ['INSERT'],
  },
  /** Derives the effects in the audit: never refusals, nor where their chain ends. */
  audit: {
    ...readingJournal,
    'audit.checkpoints': ['SELECT', 'INSERT', 'UPDATE (position)'],
    'audit.entries': [`INSERT (${effect})`],
  },
  /** Reads everything that it verifies, and changes only its own row. */
  verification: {
    'journal.heads': ['SELECT'],
    'journal.events': ['SELECT'],
    'journal.idempotency_keys': ['SELECT'],
    'journal.seals': ['SELECT'],
    'journal.balances': ['SELECT'],
    'journal.answers_forgotten': ['SELECT'],
    'relay.checkpoints': ['SELECT'],
    'relay.stage': ['SELECT'],
    'verification.passes': ['SELECT', 'UPDATE (revision, proven_at, kept)'],
    ...selecting(readableIn),
    'ledger.checkpoints': ['SELECT'],
    'ledger.accounts': ['SELECT'],
    'ledger.chains': ['SELECT'],
    'ledger.transactions': ['SELECT'],
    'ledger.entries': ['SELECT'],
    'audit.checkpoints': ['SELECT'],
    'audit.chain': ['SELECT'],
    'audit.entries': ['SELECT'],
  },
};

/** Functions that work with the rights of the owner, and that only these programs may run; by their signatures. */
export const programFunctions: Readonly<Record<string, readonly string[]>> = {
  /** Forgets what its time is over for. */
  api: ['audit.forget_refusals(integer,integer)', 'journal.forget_answers(integer,integer)'],
};

/** Programs that sign in at the databases, each as a user of its own. */
export const databasePrograms: readonly string[] = Object.keys(programRights);

/** The database user of each program. */
export type DatabaseUsers = Readonly<Record<string, string>>;

/** @throws InvariantViolation for a program that has no user */
export function userOf(users: DatabaseUsers, program: string): string {
  const user = users[program];
  assert(user !== undefined, `${program} has a user in the databases`);
  return user;
}
