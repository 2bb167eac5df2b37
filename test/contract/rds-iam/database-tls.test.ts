import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { Client } from 'pg';
import { loadDatabaseTls } from '../../../src/adapters/aws/rds-iam/database-tls';
import { createIamPassword } from '../../../src/adapters/aws/rds-iam/iam-password';
import { describeWithCertificates, makeCertificates } from '../../support/certificates';

/**
 * The first steps of PostgreSQL's protocol, as RDS takes them with IAM: TLS, then the token as a clear-text password.
 * @source PostgreSQL documentation, "Frontend/Backend Protocol": SSLRequest, AuthenticationCleartextPassword
 */
async function startTlsDatabase(folder: string, passwords: string[]): Promise<Server> {
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

describeWithCertificates('a connection of pg with a token and a bundle', () => {
  let folder: string;
  let server: Server;
  const passwords: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fincore-tls-'));
    await makeCertificates(folder, 'ours');
    await makeCertificates(folder, 'foreign');
    server = await startTlsDatabase(folder, passwords);
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
