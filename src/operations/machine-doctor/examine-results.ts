import { livemodeOf } from '../../compose/psp';
import type { Configuration } from '../../configuration/configuration';
import { type Diagnosis, ill, well } from '../doctor/diagnosis';
import { readResult } from '../kept-results';

const hourMs = 3_600_000;
/** Of a backup each night, with two hours for a late one. */
const mostBackupAgeMs = 26 * hourMs;
const mostVerificationAgeMs = 26 * hourMs;

const hours = (ms: number): string => `${(ms / hourMs).toFixed(1)} h ago`;

/** The last backup was made within a day. Without live money a missing backup is no fault. */
export async function examineBackup(
  { dataDirectory, psp }: Configuration,
  nowMs: number,
): Promise<readonly Diagnosis[]> {
  const last = await readResult(dataDirectory, 'backup');
  const ageMs = last === null ? Infinity : nowMs - Date.parse(last.ended_at);
  const seen = last === null ? 'none was made yet' : `${last.folder}, ${hours(ageMs)}`;
  const advice =
    'Run npx fincore backup each night and copy it to another machine: docs/how-to/back-up-and-restore.md.';
  return [
    ageMs > mostBackupAgeMs && livemodeOf(psp)
      ? ill(seen, advice)
      : well(last === null ? `${seen}; no real money is at stake` : seen),
  ];
}

/** The last verification found the books sound, within a day. */
export async function examineVerification(
  { dataDirectory }: Configuration,
  nowMs: number,
): Promise<readonly Diagnosis[]> {
  const last = await readResult(dataDirectory, 'verification');
  const advice = 'Run npx fincore verify.';
  if (last === null) return [ill('the books were never verified', advice)];
  const ageMs = nowMs - Date.parse(last.ended_at);
  if (!last.sound)
    return [
      ill(
        `${hours(ageMs)} a fault was found: ${last.finding ?? ''}`,
        'Follow docs/how-to/verify-the-books.md; do not repair by hand.',
      ),
    ];
  return [
    ageMs > mostVerificationAgeMs
      ? ill(
          `sound, but ${hours(ageMs)}`,
          `${advice} In the background it runs as FINCORE_VERIFY_INTERVAL_SECONDS says.`,
        )
      : well(`sound, ${hours(ageMs)}`),
  ];
}
