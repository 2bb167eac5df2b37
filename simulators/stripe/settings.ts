import { readFaultRule, type FaultRule } from './faults/fault-rule';
import type { StripeSimulatorOptions } from './options';

export type Settings =
  | { readonly ok: false; readonly problems: readonly string[] }
  | { readonly ok: true; readonly value: Omit<StripeSimulatorOptions, 'log'> };

interface NumberSetting {
  readonly option:
    'compactionBytes' | 'idempotencyTtlMs' | 'port' | 'refundSettlementDelayMs' | 'webhookRetryBaseMs';
  readonly most: number;
}

const week = 7 * 24 * 60 * 60 * 1_000;

/** The environment variables of the process, with their largest values; the smallest is 0 everywhere. */
const numbers: Readonly<Record<string, NumberSetting>> = {
  STRIPE_SIMULATOR_PORT: { option: 'port', most: 65_535 },
  STRIPE_SIMULATOR_WEBHOOK_RETRY_BASE_MS: { option: 'webhookRetryBaseMs', most: week },
  STRIPE_SIMULATOR_REFUND_SETTLEMENT_DELAY_MS: { option: 'refundSettlementDelayMs', most: week },
  STRIPE_SIMULATOR_IDEMPOTENCY_TTL_MS: { option: 'idempotencyTtlMs', most: week },
  STRIPE_SIMULATOR_COMPACTION_BYTES: { option: 'compactionBytes', most: Number.MAX_SAFE_INTEGER },
};

/** Every variable that the process reads. */
const settingNames: readonly string[] = [
  ...Object.keys(numbers),
  'STRIPE_SIMULATOR_DATA_DIR',
  'STRIPE_SIMULATOR_FAULTS',
];

/** Reads the process's configuration; all problems are reported at once. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems = Object.keys(environment)
    .filter((name) => name.startsWith('STRIPE_SIMULATOR_') && !settingNames.includes(name))
    .map((name) => `${name} is no setting; allowed are ${settingNames.join(', ')}.`);
  const read = Object.entries(numbers).flatMap(([name, { option, most }]) => {
    const text = environment[name];
    if (text === undefined || text === '') return [];
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return [[option, value] as const];
    problems.push(`${name} is ${JSON.stringify(text)}; it must be a whole number from 0 to ${most}.`);
    return [];
  });
  const faults = faultsOf(environment['STRIPE_SIMULATOR_FAULTS'], problems);
  if (problems.length > 0) return { ok: false, problems };
  const dataDir = environment['STRIPE_SIMULATOR_DATA_DIR'];
  return {
    ok: true,
    value: {
      ...Object.fromEntries(read),
      faults,
      dataDir: dataDir === undefined || dataDir === '' ? null : dataDir,
    },
  };
}

/** A JSON array of faults, each as `POST /simulator/faults` takes it. */
function faultsOf(text: string | undefined, problems: string[]): readonly FaultRule[] {
  if (text === undefined || text === '') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) throw new Error('it must be a JSON array');
    return parsed.map(readFaultRule);
  } catch (error) {
    problems.push(
      `STRIPE_SIMULATOR_FAULTS is refused: ${error instanceof Error ? error.message : String(error)}`,
    );
    return [];
  }
}
