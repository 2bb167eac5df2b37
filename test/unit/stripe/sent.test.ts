import { reachedStripe } from '../../../src/adapters/psp/stripe/sent';

const failed = (fields: object) => Object.assign(new Error('failed'), fields);
const refused = failed({ code: 'ECONNREFUSED', syscall: 'connect' });

test.each([
  ['a refused connection', refused],
  ['a connection that timed out', failed({ code: 'ETIMEDOUT', syscall: 'connect' })],
  ['an unreachable host', failed({ code: 'EHOSTUNREACH', syscall: 'connect' })],
  ['an unknown name', failed({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })],
  ['several addresses, none of them reachable', failed({ code: 'ECONNREFUSED', errors: [refused, refused] })],
  ['an expired certificate', failed({ code: 'CERT_HAS_EXPIRED' })],
  ['a certificate of another name', failed({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })],
  ['a certificate of nobody', failed({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })],
])('%s: nothing was sent', (_name, error) => {
  expect(reachedStripe(error)).toBe(false);
});

test.each([
  ['a timeout', failed({ code: 'ETIMEDOUT' })],
  ['an unreachable host, while reading', failed({ code: 'EHOSTUNREACH', syscall: 'read' })],
  ['a reset', failed({ code: 'ECONNRESET', syscall: 'read' })],
  [
    'several errors, one of them later',
    failed({ errors: [refused, failed({ code: 'ECONNRESET', syscall: 'read' })] }),
  ],
  ['an error without a code', new Error('failed')],
  ['a text', 'failed'],
  ['nothing', undefined],
])('%s: it may have been sent', (_name, error) => {
  expect(reachedStripe(error)).toBe(true);
});
