import type { FastifyInstance, FastifyRequest } from 'fastify';
import { asciiLower } from '../../core/kernel';
import { Problem } from '../errors/problem';
import { shownValue } from '../errors/received-value';
import { parseJsonBody } from '../json/parse-json-body';

/** Reads JSON and nothing else, and keeps the bytes: what is hashed is what was sent. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    request.rawBody = bytes;
    try {
      refuseEncodings(request);
      refuseCharsets(request);
      done(null, parseJsonBody(bytes));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  // A command without fields may be sent without a body; its schema sees the empty object.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
    done();
  });
}

/** Parameters of the media type, after the first semicolon; a value may be quoted. @source RFC 9110, section 5.6.6 */
const parameters = /;\s*([^\s;=]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;]*))?/g;

/** JSON is UTF-8, and bytes that claim to be another text would be read as one that nobody sent. @source RFC 8259, section 8.1 */
function refuseCharsets({ headers: { 'content-type': type = '' } }: FastifyRequest): void {
  if (type === 'application/json') return;
  for (const [, name = '', value = ''] of type.matchAll(parameters)) {
    const charset = asciiLower(value.replaceAll('"', ''));
    if (asciiLower(name) !== 'charset' || charset === 'utf-8' || charset === 'utf8') continue;
    throw new Problem({
      code: 'body_malformed',
      detail: `Content-Type: received the charset ${shownValue(charset)}; allowed: utf-8.`,
    });
  }
}

/** Nothing is unpacked here: a small body that unpacks to a huge one is a known attack. @source RFC 9110, section 15.5.16 */
function refuseEncodings({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || asciiLower(encoding) === 'identity') return;
  throw new Problem({
    code: 'content_encoding_unsupported',
    detail: `Content-Encoding: received ${shownValue(encoding)}; allowed: none, or identity.`,
    headers: { 'accept-encoding': 'identity' },
  });
}
