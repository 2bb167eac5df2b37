import { entryOf, errorCodes } from './catalogue';
import { retryWords } from './retry-words';
import { statusOf } from './status-of';

/** docs/reference/errors.md, from the catalogue. */
export function errorReference(): string {
  const rows = errorCodes.map((code) => {
    const { meaning, retry, remedy } = entryOf(code);
    return `| \`${code}\` | ${String(statusOf[code])} | ${cell(meaning)} | ${cell(retryWords[retry])} | ${cell(remedy)} |`;
  });
  return `# Errors

Every error is \`application/problem+json\` (RFC 9457). \`code\` is one of these and never changes its meaning; \`type\`
is the address of its page on your own installation (\`/errors/<code>\`). \`detail\` says what was received and
what is allowed, \`param\` where, and \`errors[]\` lists every fault when there are several. \`request_id\` finds the
request in the log and in the audit.

A refusal is not kept under its Idempotency-Key: nothing happened, so the same key may be sent again, also with
a corrected body.

| code | status | meaning | trying again | what to do |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
