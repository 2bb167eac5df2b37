import { readFile } from 'node:fs/promises';

/** A code block of a page that names a file: the whole file, or lines that are added to one of others. */
export type PageBlock =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly additions: readonly Addition[] };

/** Lines that stand after a text that the file has; at the top of the file without one. */
interface Addition {
  readonly after: string | null;
  readonly lines: readonly string[];
}

const block = /^```(\w+) (\S+)\n(.*?)^```$/gms;

export async function readBlocks(page: string): Promise<readonly PageBlock[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(block)].map(([, language, path = '', body = '']) =>
    language === 'diff'
      ? { kind: 'edit', path, additions: additionsIn(body) }
      : { kind: 'file', path, text: body },
  );
}

function additionsIn(diff: string): readonly Addition[] {
  const additions: { after: string | null; lines: string[] }[] = [];
  for (const line of diff.split('\n').filter((each) => each !== '')) {
    if (!line.startsWith('+')) additions.push({ after: line.slice(1), lines: [] });
    else if (additions.length === 0) additions.push({ after: null, lines: [line.slice(1)] });
    else additions.at(-1)?.lines.push(line.slice(1));
  }
  return additions;
}

/** @throws Error for a text that the file does not have exactly once */
export function withAdditions(
  text: string,
  { path, additions }: Extract<PageBlock, { kind: 'edit' }>,
): string {
  return additions.reduce((edited, { after, lines }) => {
    const added = lines.join('\n');
    if (after === null) return `${added}\n${edited}`;
    const parts = edited.split(after);
    if (parts.length !== 2)
      throw new Error(
        `The page adds lines to ${path} after "${after}", which the file has ${String(parts.length - 1)} times.`,
      );
    return `${parts[0] ?? ''}${after}\n${added}\n${parts[1] ?? ''}`;
  }, text);
}
