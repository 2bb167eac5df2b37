import { startEmbeddedPostgres } from '../../src/adapters/embedded/postgres-server/start-embedded-postgres';
import type { HoldOptions } from './embedded-postgres-holder';

/** Starts the server, tells its URL on one line, and keeps it until the parent asks it to stop or kills it. */
async function hold(options: HoldOptions): Promise<void> {
  const { dataDir, packaged } = options;
  const server = await startEmbeddedPostgres({ dataDir, packaged });
  process.stdout.write(`${JSON.stringify({ url: server.connectionString(), adopted: server.adopted })}\n`);
  process.stdin.once('end', () => void server.stop().then(() => process.stdout.write('stopped')));
  process.stdin.resume();
}

hold(JSON.parse(process.argv[2] ?? '{}') as HoldOptions).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
