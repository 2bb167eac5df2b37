import type { Pool } from 'pg';
import { readStage } from '../../adapters/aws/relay/queries/stage';
import { CommandRefused } from '../../configuration/command-refused';

/**
 * Makes sure, before anything is done, that the journal can be reached and is that of this stage.
 * @throws CommandRefused with what to do
 */
export async function requireRightStage(pool: Pool, url: string, stage: string): Promise<void> {
  const place = placeOf(url);
  const found = await readStage(pool).catch((error: unknown) => {
    if (isNotMigrated(error))
      throw new CommandRefused(
        `The journal at ${place} has no schema for this program. Run the migrations of the stage first (dist/aws-migrate.js).`,
      );
    throw new Error(
      `The journal at ${place} cannot be reached. Check FINCORE_JOURNAL_URL, the security groups, and that the user may sign in.`,
      { cause: error },
    );
  });
  if (found !== stage)
    throw new CommandRefused(
      `FINCORE_STAGE is "${stage}", but the journal at ${place} ${
        found === null ? 'belongs to no stage yet' : `belongs to "${found}"`
      }. Point FINCORE_JOURNAL_URL to the database of the stage, or run its migrations first.`,
    );
}

/** Host and database, without the user. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** @source PostgreSQL, error codes: undefined_table, invalid_schema_name, insufficient_privilege, invalid_parameter_value */
const isNotMigrated = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['42P01', '3F000', '42501', '22023'].includes(String(error.code));
