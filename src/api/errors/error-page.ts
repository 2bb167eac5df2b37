import { hash } from 'node:crypto';
import { type ErrorCode, entryOf } from './catalogue';
import { statusOf } from './status-of';
import { retryWords } from './retry-words';

const style =
  'body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}' +
  'code{background:#f0f0f0;padding:.1em .3em;border-radius:.2em;overflow-wrap:anywhere}dt{font-weight:600;margin-top:1rem}dd{margin:0}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}code{background:#2a2a2a}a{color:#8ab4ff}}';

/** The one style of the page is allowed by its hash; nothing else is. */
export const errorPagePolicy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The page behind a problem's `type`, for people. Its texts are the catalogue's own: nothing of a request is in it. */
export function errorPage(code: ErrorCode): string {
  const { meaning, retry, remedy } = entryOf(code);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${code} · FinCore</title><style>${style}</style></head>
<body><main>
<h1><code>${code}</code></h1>
<p>${escaped(meaning)}</p>
<dl>
<dt>HTTP status</dt><dd>${String(statusOf[code])}</dd>
<dt>Trying again</dt><dd>${escaped(retryWords[retry])}</dd>
<dt>What to do</dt><dd>${escaped(remedy)}</dd>
</dl>
<p><a href="/docs">API reference</a></p>
</main></body>
</html>
`;
}

export function errorText(code: ErrorCode): string {
  const { meaning, retry, remedy } = entryOf(code);
  return `${code} (HTTP ${String(statusOf[code])})\n\n${meaning}\nTrying again: ${retryWords[retry]}\nWhat to do: ${remedy}\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => entities[character] ?? '');
