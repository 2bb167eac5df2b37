import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const callTimeoutMs = 20_000;

/** `describe` where certificates can be made; elsewhere skipped by a name that says what was left out. */
export function describeWithCertificates(name: string, suite: () => void): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'openssl')))) describe(name, suite);
  else describe.skip(`${name} (left out: openssl, which makes the certificates, is not on the PATH)`, suite);
}

/**
 * An authority, and a server's certificate that it signed for `localhost`: `<authority>-ca.pem`, `-cert.pem` and
 * `-key.pem` in the folder.
 */
export async function makeCertificates(folder: string, authority: string): Promise<void> {
  const path = (name: string) => join(folder, `${authority}-${name}`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl([
    ...['req', '-x509', ...key, '-keyout', path('ca.key'), '-out', path('ca.pem'), '-days', '2'],
    ...['-subj', `/CN=${authority}`, '-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  await openssl([
    ...['req', ...key, '-keyout', path('key.pem'), '-out', path('csr.pem'), '-subj', '/CN=localhost'],
  ]);
  await writeFile(path('names'), 'subjectAltName=DNS:localhost');
  await openssl([
    ...['x509', '-req', '-in', path('csr.pem'), '-CA', path('ca.pem'), '-CAkey', path('ca.key')],
    ...['-CAcreateserial', '-out', path('cert.pem'), '-days', '2', '-extfile', path('names')],
  ]);
}

const openssl = (options: readonly string[]) => run('openssl', [...options], { timeout: callTimeoutMs });
