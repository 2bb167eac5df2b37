import { appendFile } from 'node:fs/promises';

/** One row of the table in docs/reliability.md. */
export interface FaultRow {
  readonly fault: string;
  readonly repetitions: number;
  /** What was measured in each repetition, in milliseconds, and what it means. */
  readonly measured?: { readonly what: string; readonly durationsMs: readonly number[] };
}

/** Writes a line of JSON to the file that FINCORE_TEST_FAULT_REPORT names; without it, nothing. */
export async function reportFault({ fault, repetitions, measured }: FaultRow): Promise<void> {
  const file = process.env.FINCORE_TEST_FAULT_REPORT;
  if (file === undefined || file === '') return;
  const sorted = [...(measured?.durationsMs ?? [])].sort((one, other) => one - other);
  const row = {
    fault,
    repetitions,
    ...(measured === undefined ? {} : { what: measured.what }),
    ...(sorted.length === 0
      ? {}
      : {
          medianMs: Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
          worstMs: Math.round(sorted.at(-1) ?? 0),
        }),
  };
  await appendFile(file, `${JSON.stringify(row)}\n`);
}
