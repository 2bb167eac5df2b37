/** A text with its quotes, or one of the characters that give JSON its shape. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/**
 * How many commas a parsed value takes to write. As many as were counted in the text, or a name came twice and all but
 * its last value was dropped by the parser.
 */
export function commasIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const parts: unknown[] = Object.values(value);
  return parts.reduce<number>((sum, part) => sum + commasIn(part), Math.max(0, parts.length - 1));
}

/** The first name that a JSON object of this text has twice, as it is written; null when there is none. */
export function repeatedName(json: string): string | null {
  const open: Set<string>[] = [];
  let text = '';
  for (const [found] of json.matchAll(token)) {
    if (found === '{' || found === '[') open.push(new Set());
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      // Escapes are read, so that two ways of writing a name are one name.
      const name = String(JSON.parse(text));
      const names = open.at(-1);
      if (names?.has(name) === true) return name;
      names?.add(name);
    } else if (found !== ',') text = found;
  }
  return null;
}
