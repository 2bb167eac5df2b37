import { join } from 'node:path';
import { parseConfiguration } from '../src/compose/configuration';
import { failureInWords } from '../src/compose/failure-in-words';
import { type RunningFinCore, startEmbedded } from '../src/compose/embedded';
import { endForArguments } from '../src/compose/start-arguments';

/** `npm start`: the whole platform on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const begun = performance.now();
  const end = endForArguments(process.argv.slice(2));
  if (end !== null) {
    (end.exitCode === 0 ? console.log : console.error)(end.line);
    process.exit(end.exitCode);
  }
  const parsed = parseConfiguration(process.env);
  if (!parsed.ok) {
    console.error('FinCore cannot start with this configuration:');
    for (const { message } of parsed.problems) console.error(`  ${message}`);
    process.exit(1);
  }
  console.log('FinCore is starting.');
  const starting = startEmbedded({
    configuration: parsed.value,
    simulatorProgram: join(__dirname, 'stripe-simulator.js'),
    commandLineProgram: join(__dirname, 'cli.js'),
    failpoint: process.env['FINCORE_FAILPOINT'],
    tell: (line) => console.log(`  ${line}`),
    onLost: (error) => {
      console.error(`FinCore ends: its database cannot be brought back. ${error.message}`);
      process.exit(1);
    },
  });
  stopOnSignal(starting);
  const { credentials } = await starting;
  const { api_url, docs_url, simulator_url, secret_key, publishable_key } = credentials;
  console.log(`
FinCore is ready (${((performance.now() - begun) / 1_000).toFixed(1)} s). Test money only, unless a live provider is configured.

  API              ${api_url}/v1
  Reference        ${docs_url}
  Stripe           ${simulator_url ?? 'the real one, as configured'}
  Secret key       ${secret_key}
  Publishable key  ${publishable_key}
  All of this      ${join(parsed.value.dataDirectory, 'credentials.json')}

Make a charge:

  curl ${api_url}/v1/charges \\
    -H 'Authorization: Bearer ${secret_key}' \\
    -H 'Idempotency-Key: my-first-charge' \\
    -H 'Content-Type: application/json' \\
    -H 'Prefer: wait=10' \\
    -d '{"amount": 1999, "currency": "EUR", "payment_token": "tok_visa"}'

Ctrl-C stops it; nothing is lost.`);
}

/** The first signal drains, a second one ends at once: every acknowledged write is durable either way. */
function stopOnSignal(starting: Promise<RunningFinCore>): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    console.log('\nFinCore is stopping: finishing what is in progress. Once more ends it at once.');
    starting
      .then((fincore) => fincore.stop())
      .then(
        () => {
          console.log('FinCore has stopped.');
          process.exit(0);
        },
        (error: unknown) => {
          console.error(`FinCore did not stop cleanly: ${failureInWords(error)}`);
          process.exit(1);
        },
      );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error: unknown) => {
  console.error(`FinCore could not start: ${failureInWords(error)}`);
  process.exit(1);
});
