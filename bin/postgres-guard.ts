import { runPostgresGuard } from '../src/operations/installation/postgres-guard';

/** Runs once the process that used the embedded PostgreSQL has died without shutting the server down. */
runPostgresGuard(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`The database server was not ended: ${String(error)}`);
  process.exit(1);
});
