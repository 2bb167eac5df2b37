import { contexts } from '../core/contexts';

const head = `# Events

Every fact that the journal holds, by the stream that holds it. Events are never changed and never removed. Amounts are
\`{ amountMinor, currency }\` in minor units; each event carries who caused it, when, and the request it came from.
\`GET /v1/charges/{id}/events\` shows the history of a charge under outside names such as \`charge.captured\`.

This page is generated: \`npm run docs\` writes it from \`src/cli/event-reference.ts\`.
`;

/** The text of docs/reference/events.md. */
export function eventReference(): string {
  const kinds = contexts.contexts.flatMap(({ streams }) => streams);
  const sections = kinds.map((kind) => {
    const rows = kind.types.map((type) => `| \`${type}\` | ${kind.meaningOf(type)} |`);
    const stream = `${kind.prefix}${kind.subject}`;
    return `\n## ${kind.title}\n\nStream \`${stream}\`.\n\n| event | meaning |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return `${head}${sections.join('')}`;
}
