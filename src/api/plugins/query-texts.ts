import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { parameterProblem } from '../errors/validation-problem';
import { findForbiddenText, forbiddenTextProblem } from '../json/forbidden-text';

/** Query strings reach databases too: what a body may not hold, they may not either. A route without one reads none. */
export function refuseForbiddenQueryTexts(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { query, routeOptions, url } = request;
    const start = url.indexOf('?');
    const isRead = routeOptions.schema?.querystring !== undefined;
    if (!isRead || start < 0 || typeof query !== 'object' || query === null) {
      done();
      return;
    }
    done(unreadableWords(url.slice(start + 1)) ?? forbiddenIn(query) ?? undefined);
  });
}

function forbiddenIn(query: object): Problem | null {
  const found = findForbiddenText(query);
  return found === null ? null : forbiddenTextProblem(found);
}

/** What the reader of queries would take for another text, or leave out without a word. */
function unreadableWords(text: string): Problem | null {
  for (const word of text.split('&')) {
    const decoded = decodedWord(word);
    if (decoded === null)
      return new Problem({
        code: 'request_malformed',
        detail: `The query: received ${shownValue(word)}; allowed is UTF-8, percent-encoded.`,
      });
    const path = (decoded.split('=', 1)[0] ?? '').split(/[[\]]/).filter((name) => name !== '');
    if (path.includes('__proto__'))
      return parameterProblem({ param: `/${path.join('/')}`, detail: 'is not an allowed name.' });
  }
  return null;
}

function decodedWord(word: string): string | null {
  try {
    return decodeURIComponent(word);
  } catch {
    return null;
  }
}
