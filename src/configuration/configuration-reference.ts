import { asciiUpper } from '../core/kernel';
import { allConfigurationEntries } from './configuration-entries';
import type { ConfigurationEntry } from './configuration-entry';

const head = `# Configuration

FinCore reads these variables of the environment once, at start. An empty value counts as not set. A wrong value, and any
other variable that begins with \`FINCORE_\`, stops the start with a message that names every problem; only \`FINCORE_TEST_…\`
and \`FINCORE_FAILPOINT…\` are left to the tests.

This page is generated: \`npm run docs\` writes it from \`src/configuration/configuration-entries.ts\`.

| Variable | Value | Default | Meaning |
|---|---|---|---|
`;

/** The text of docs/reference/configuration.md. */
export function configurationReference(): string {
  return `${head}${allConfigurationEntries.map(row).join('\n')}\n`;
}

function row(entry: ConfigurationEntry<unknown>): string {
  const secret = entry.isSecret ? ' Secret: never shown or logged.' : '';
  return `| \`${entry.name}\` | ${capitalize(entry.allowed)} | ${entry.defaultText} | ${entry.description}${secret} |`;
}

const capitalize = (phrase: string) => asciiUpper(phrase.charAt(0)) + phrase.slice(1);
