import { InvalidArgumentError } from 'commander';
import { Registry } from 'prom-client';
import type { Configuration } from '../configuration/configuration';
import { registerVerification } from '../operations/metrics/verification-metrics';
import { withStores } from '../compose/with-stores';
import { toTimestamp } from '../core/kernel';
import { keepResult } from '../operations/kept-results';
import type { CliOutput } from './cli-output';
import { serveMetrics } from './verification-metrics-server';
import { type VerificationRound, roundInWords, watch } from '../verification/watch';

export interface WatchWishes {
  readonly interval: number;
  readonly wholeEvery: number;
  readonly metricsPort?: number;
}

export const defaultIntervalSeconds = 60;
export const defaultAnewHours = 24;
const hourMs = 3_600_000;

/** `npx fincore verify --watch`: until a fault is found (exit code 1) or somebody ends it (exit code 0). */
export async function watchCommand(
  configuration: Configuration,
  output: CliOutput,
  { interval, wholeEvery, metricsPort }: WatchWishes,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  // A server that started it as its background check: gone, there is nobody to tell.
  process.once('disconnect', end);
  const registry = new Registry();
  const record = registerVerification(registry);
  const server = metricsPort === undefined ? null : await serveMetrics(registry, metricsPort);
  if (server !== null) output.tell(`Metrics: ${server.url}`);
  try {
    const isSound = await withStores(configuration, output, (stores) =>
      watch(stores, (line) => output.tell(line), {
        intervalMs: interval * 1_000,
        wholeAfterMs: wholeEvery * hourMs,
        signal: ending.signal,
        onRound: (round) => {
          record(round);
          report(round);
          present(output, round);
          void keepRound(configuration, output, round);
        },
      }),
    );
    if (!isSound) process.exitCode = 1;
  } finally {
    await server?.close();
    // The channel to a server would keep the process alive.
    if (process.connected) process.disconnect();
  }
}

/** A round that could not look at the books says nothing about them. */
async function keepRound(
  { dataDirectory }: Configuration,
  output: CliOutput,
  { outcome, told, endedAtMs }: VerificationRound,
): Promise<void> {
  if (outcome === 'failed') return;
  const result = { ended_at: toTimestamp(endedAtMs), sound: outcome === 'sound', finding: told };
  await keepResult({ dataDirectory, tell: (line) => output.tell(line) }, 'verification', result);
}

/** Prints a round; one that could not look at anything is a remark. */
function present(output: CliOutput, round: VerificationRound): void {
  const line = roundInWords(round);
  if (round.outcome === 'failed') output.tell(line);
  else output.present({ json: { ...round }, lines: [line] });
}

/** To the server that started it, if one did. */
function report(round: VerificationRound): void {
  process.send?.(round);
}

const longestInterval = 86_400;
const longestAnewHours = 24 * 365;

export const intervalSeconds = (text: string): number => numberWithin(text, longestInterval, 'seconds');
export const anewHours = (text: string): number => numberWithin(text, longestAnewHours, 'hours');

function numberWithin(text: string, most: number, unit: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= most))
    throw new InvalidArgumentError(`Allowed are ${unit} above 0, up to ${String(most)}.`);
  return value;
}

const highestPort = 65_535;

export function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > highestPort)
    throw new InvalidArgumentError(`Allowed are ports from 0 to ${String(highestPort)}.`);
  return value;
}
