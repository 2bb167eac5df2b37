import { advisoryLocks } from '../../adapters/postgres/advisory-locks';
import { connectionTo } from '../../adapters/postgres/database-address';
import { sessionWith } from '../../adapters/postgres/pool';
import { silenceMarginMs } from '../../adapters/postgres/silence';
import { withClient } from '../../adapters/postgres/with-client';
import type { InTurn } from './shared-simulator';

/** The longest that another process may take to start the simulator. */
const turnTimeoutMs = 60_000;

/**
 * One process of the installation at a time, by a lock that belongs to a session of its own. The work calls other
 * programs, so no transaction is open meanwhile. The lock ends with the session: a killed process lets the next one in.
 */
export const createTurns =
  (databaseUrl: string): InTurn =>
  (work) =>
    withClient(
      {
        ...connectionTo(databaseUrl, { options: sessionWith({}), statement_timeout: turnTimeoutMs }),
        application_name: 'fincore-turn',
        connectionTimeoutMillis: 10_000,
        query_timeout: turnTimeoutMs + silenceMarginMs,
        keepAlive: true,
      },
      async (client) => {
        await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.simulatorTurn]);
        return work();
      },
    );
