import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { loadDatabaseTls } from '../../../src/adapters/aws/rds-iam/database-tls';
import { createIamPassword } from '../../../src/adapters/aws/rds-iam/iam-password';

const run = promisify(execFile);
const hasOpenssl = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'openssl')));
const describeWithOpenssl = hasOpenssl ? describe : describe.skip;
const label = hasOpenssl ? '' : ' (left out: openssl, which makes the certificates, is not on the PATH)';

/** An authority, and a server's certificate that it signed for `localhost`. */
async function makeCertificates(folder: string, authority: string): Promise<{ readonly ca: string }> {
  const path = (name: string) => join(folder, `${authority}-${name}`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [
    ...['req', '-x509', ...key, '-keyout', path('ca.key'), '-out', path('ca.pem'), '-days', '2'],
    ...['-subj', `/CN=${authority}`, '-addext', 'basicConstraints=critical,CA:TRUE'],
  ]);
  await run('openssl', [
    ...['req', ...key, '-keyout', path('key.pem'), '-out', path('csr.pem'), '-subj', '/CN=localhost'],
  ]);
  await writeFile(path('names'), 'subjectAltName=DNS:localhost');
  await run('openssl', [
    ...['x509', '-req', '-in', path('csr.pem'), '-CA', path('ca.pem'), '-CAkey', path('ca.key')],
    ...['-CAcreateserial', '-out', path('cert.pem'), '-days', '2', '-extfile', path('names')],
  ]);
  return { ca: path('ca.pem') };
}

/**
 * The first steps of PostgreSQL's protocol, as RDS takes them with IAM: TLS, then the token as a clear-text password.
 * @source PostgreSQL documentation, "Frontend/Backend Protocol": SSLRequest, AuthenticationCleartextPassword
 */
async function startDatabaseDoor(folder: string, passwords: string[]): Promise<Server> {
  const [key, cert] = await Promise.all([
    readFile(join(folder, 'ours-key.pem')),
    readFile(join(folder, 'ours-cert.pem')),
  ]);
  const welcome = async (socket: Socket) => {
    await once(socket, 'data');
    socket.write('S');
    const secure = new TLSSocket(socket, { isServer: true, key, cert });
    secure.on('error', () => secure.destroy());
    await once(secure, 'data');
    secure.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    const [message] = (await once(secure, 'data')) as [Buffer];
    passwords.push(message.subarray(5, -1).toString());
    secure.destroy();
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    welcome(socket).catch(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describeWithOpenssl(`a connection of pg with a token and a bundle${label}`, () => {
  let folder: string;
  let server: Server;
  const passwords: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fincore-tls-'));
    await makeCertificates(folder, 'ours');
    await makeCertificates(folder, 'foreign');
    server = await startDatabaseDoor(folder, passwords);
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function connect(bundle: string, host: string): Promise<unknown> {
    passwords.length = 0;
    const ssl = await loadDatabaseTls(join(folder, bundle));
    const { port } = server.address() as AddressInfo;
    const client = new Client({
      host,
      port,
      user: 'fincore_app',
      database: 'payments',
      connectionTimeoutMillis: 5_000,
      ssl: { ...ssl, ca: [...ssl.ca] },
      password: createIamPassword({
        hostname: host,
        port,
        username: 'fincore_app',
        region: 'eu-central-1',
        credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      }),
    });
    client.on('error', () => undefined);
    return client.connect().catch((error: unknown) => error);
  }

  test('hands the token to a server whose certificate is of the bundle, and of its name', async () => {
    await connect('ours-ca.pem', 'localhost');
    expect(passwords).toEqual([
      expect.stringMatching(/^localhost:\d+\/\?Action=connect&DBUser=fincore_app&/),
    ]);
  });

  test.each([
    ['of another authority', 'foreign-ca.pem', 'localhost', /unable to verify|self-signed|unable to get/],
    ['of another name', 'ours-ca.pem', '127.0.0.1', /IP: 127\.0\.0\.1 is not in the cert's list/],
  ])('tells a server with a certificate %s nothing', async (_, bundle, host, message) => {
    expect(await connect(bundle, host)).toMatchObject({ message: expect.stringMatching(message) as string });
    expect(passwords).toEqual([]);
  });
});
