import { join } from 'node:path';
import { livemodeOf } from '../src/compose/psp';
import { parseConfiguration } from '../src/configuration/configuration';
import { startEmbedded } from '../src/compose/embedded';
import { endOnSignal } from '../src/operations/process/end-on-signal';
import { failureInWords } from '../src/operations/process/failure-in-words';
import { endForArguments } from '../src/configuration/start-arguments';
import { createStartSteps, StartAbandoned, type StartSteps } from '../src/operations/process/start-steps';

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
  surviveClosedOutput();
  console.log('FinCore is starting.');
  const steps = createStartSteps();
  const starting = startEmbedded({
    configuration: parsed.value,
    simulatorProgram: join(__dirname, 'stripe-simulator.js'),
    commandLineProgram: join(__dirname, 'cli.js'),
    failpoint: process.env['FINCORE_FAILPOINT'],
    tell: (line) => console.log(`  ${line}`),
    begin: steps.begin,
    onLost: (error) => {
      console.error(`FinCore ends: ${error.message}`);
      process.exit(1);
    },
  });
  endOnSignal({
    starting,
    steps,
    patienceMs: parsed.value.shutdownTimeoutMs,
    onStopping: () =>
      console.log('\nFinCore is stopping: finishing what is in progress. Ctrl-C once more ends it at once.'),
    onStopped: (when) =>
      console.log(`FinCore has stopped${when === 'drained' ? '' : ' before it was ready'}.`),
    onFailed: (why) => console.error(`FinCore did not stop cleanly: ${why}`),
  });
  const stopTelling = tellWhenSlow(steps);
  const { credentials, isNew } = await starting.finally(stopTelling);
  const isLive = livemodeOf(parsed.value.psp);
  const { api_url, docs_url, simulator_url, secret_key, publishable_key } = credentials;
  const file = join(parsed.value.dataDirectory, 'credentials.json');
  const keys = isNew
    ? `  Secret key       ${secret_key}
  Publishable key  ${publishable_key}
  All of this      ${file}`
    : `  Keys             ${file}`;
  console.log(`
FinCore is ready (${((performance.now() - begun) / 1_000).toFixed(1)} s). ${isLive ? 'LIVE: charges move money.' : 'Test money only.'}

  API              ${api_url}/v1
  Reference        ${docs_url}
  Stripe           ${simulator_url ?? `the real one, with a ${isLive ? 'live' : 'test'} key`}
${keys}

Make a charge${isNew ? '' : ' (KEY is the secret key)'}:

  curl ${api_url}/v1/charges \\
    -H ${isNew ? `'Authorization: Bearer ${secret_key}'` : '"Authorization: Bearer $KEY"'} \\
    -H 'Idempotency-Key: my-first-charge' \\
    -H 'Content-Type: application/json' \\
    -H 'Prefer: wait=10' \\
    -d '{"amount": 1999, "currency": "EUR", "payment_token": "tok_visa"}'

Ctrl-C stops it; nothing is lost.`);
}

/** A terminal that is closed, or a `tee` that Ctrl-C has ended, must not keep the program from draining. */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

const slowIntervalMs = 10_000;

/** A start that hangs says, again and again, what it waits for. */
function tellWhenSlow(steps: StartSteps): () => void {
  let last = steps.current();
  const timer = setInterval(() => {
    if (steps.current() === last) console.log(`  Still waiting for ${last}.`);
    last = steps.current();
  }, slowIntervalMs);
  return () => clearInterval(timer);
}

main().catch((error: unknown) => {
  // Anyone who told it to stop learns of its end from there.
  if (error instanceof StartAbandoned) return;
  console.error(`FinCore could not start: ${failureInWords(error)}`);
  process.exit(1);
});
