import {
  type DatabaseUsers,
  databasePrograms as programs,
} from '../../adapters/aws/database-users/program-rights';
import { CommandRefused } from '../../configuration/command-refused';

const userName = /^[a-z_][a-z0-9_]{0,62}$/;

/** @throws CommandRefused with what is missing */
export function parseDatabaseUsers(text: string): DatabaseUsers {
  const told = parsed(text);
  const named = programs.flatMap((program) => {
    const user = told[program];
    return typeof user === 'string' && userName.test(user) ? [[program, user] as const] : [];
  });
  const missing = programs.filter((program) => !named.some(([name]) => name === program));
  const isEachAlone = new Set(named.map(([, user]) => user)).size === named.length;
  if (missing.length === 0 && isEachAlone) return Object.fromEntries(named);
  throw new CommandRefused(
    `FINCORE_DATABASE_USERS must be JSON that gives each of ${programs.join(', ')} a user of its own, by a name of lower-case letters, digits and _; ${
      isEachAlone ? `it gives none to ${missing.join(', ')}` : 'some share one'
    }.`,
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const users: unknown = JSON.parse(text);
    return typeof users === 'object' && users !== null ? { ...users } : {};
  } catch {
    return {};
  }
}
