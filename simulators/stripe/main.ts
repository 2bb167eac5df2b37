import { fstatSync } from 'node:fs';
import { startStripeSimulator } from './index';
import { settingsOf } from './settings';

/** Runs the simulator as a process of its own, until SIGTERM or the end of its parent. */
async function main(): Promise<void> {
  const settings = settingsOf(process.env);
  if (!settings.ok) {
    for (const problem of settings.problems) process.stderr.write(`${problem}\n`);
    process.exit(1);
  }
  const simulator = await startStripeSimulator({
    ...settings.value,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    void simulator.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  stopWithParent(stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: simulator.url })}\n`);
}

/**
 * A parent holds the other end of an IPC channel or of a piped standard input, and both close when it dies, however
 * it dies. A terminal or a file as standard input says nothing about a parent.
 */
function stopWithParent(stop: () => void): void {
  if (process.connected) process.once('disconnect', stop);
  const { stdin } = process;
  if (!isHeldByParent()) return;
  stdin.on('end', stop);
  stdin.on('close', stop);
  stdin.on('error', stop);
  stdin.resume();
}

function isHeldByParent(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    // Standard input was closed before the start, so nobody holds it.
    return false;
  }
}

main().catch((error: unknown) => {
  const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const port = process.env['STRIPE_SIMULATOR_PORT'];
  process.stderr.write(
    isBusy
      ? `Port ${port} is busy. Stop what uses it, or set STRIPE_SIMULATOR_PORT to another port (0 takes a free one).\n`
      : `The Stripe simulator could not start: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
});
