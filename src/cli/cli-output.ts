import type { CommandOutput } from '../compose/with-stores';
import { type Json, asciiUpper } from '../core/kernel';

/** A result in both forms: for a program, and for a reader. */
export interface Presented {
  readonly json: Json;
  readonly lines: readonly string[];
}

/** The output of a command: results by `present`, in the form that the operator chose. */
export interface CliOutput extends CommandOutput {
  present(result: Presented): void;
}

/** Prints results as text, or each as one line of JSON while `asJson` says so. */
export const presentTo = (output: CommandOutput, asJson: () => boolean): CliOutput => ({
  ...output,
  present({ json, lines }) {
    if (asJson()) output.print(JSON.stringify(json));
    else for (const line of lines) output.print(line);
  },
});

/** Lines of a table: headings in capitals, columns as wide as their widest cell; `empty` where there is no row. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string,
): readonly string[] {
  if (rows.length === 0) return [empty];
  const all = [headings.map((heading) => asciiUpper(heading)), ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
