import type { Goal, Sample } from './row';
import { median } from './statistics';

export interface Result {
  readonly row: string;
  readonly goal: Goal;
  readonly samples: readonly Sample[];
}

const headings = ['row', 'what', 'limit', 'ours', 'ratio (min–max)', 'goal', ''];

/** The results as a Markdown table: medians, and the range of the ratios. */
export function table(results: readonly Result[]): string {
  const rows = [headings, headings.map(() => '---'), ...results.map(line)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row, n) =>
        `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0, n === 1 ? '-' : ' ')).join(' | ')} |`,
    )
    .join('\n');
}

function line({ row, goal, samples }: Result): string[] {
  const limits = samples.flatMap(({ limit }) => (limit === undefined ? [] : [limit]));
  const ratios = ratiosOf(samples);
  return [
    row,
    goal.title,
    limits.length === 0 ? '' : shown(median(limits), goal.unit),
    shown(median(samples.map(({ ours }) => ours)), goal.unit),
    ratios.length === 0
      ? ''
      : `${short(median(ratios))} (${short(Math.min(...ratios))}–${short(Math.max(...ratios))})`,
    goalShown(goal),
    verdict({ row, goal, samples }),
  ];
}

const ratiosOf = (samples: readonly Sample[]): number[] =>
  samples.flatMap(({ ours, limit }) => (limit === undefined ? [] : [ours / limit]));

function goalShown({ bound, unit }: Goal): string {
  if (bound === undefined) return '';
  const sign = bound.kind === 'at_least' ? '≥' : '≤';
  return `${sign} ${bound.of === 'ratio' ? short(bound.value) : shown(bound.value, unit)}`;
}

/** Judged by the median, because a shared machine swings between rounds. */
export function verdict({ goal: { bound }, samples }: Result): 'pass' | 'miss' | '' {
  if (bound === undefined) return '';
  const value = median(bound.of === 'ratio' ? ratiosOf(samples) : samples.map(({ ours }) => ours));
  return (bound.kind === 'at_least' ? value >= bound.value : value <= bound.value) ? 'pass' : 'miss';
}

const shown = (value: number, unit: string): string =>
  unit === '/s' ? `${Math.round(value).toLocaleString('en')}/s` : `${short(value)} ${unit}`.trim();

const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
