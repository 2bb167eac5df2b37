import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { CertificatesUnreadable, loadDatabaseTls } from '../../../src/adapters/aws/rds-iam/database-tls';
import {
  createIamPassword,
  DatabaseTokenUnavailable,
  type IamPasswordOptions,
} from '../../../src/adapters/aws/rds-iam/iam-password';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const target = {
  hostname: 'payments.cluster.eu-central-1.rds.amazonaws.com',
  port: 5432,
  username: 'fincore_app',
  region: 'eu-central-1',
};

function passwordWith(options: Partial<IamPasswordOptions> = {}) {
  let nowMs = 0;
  let signed = 0;
  const password = createIamPassword({
    ...target,
    credentials: () => {
      signed += 1;
      return Promise.resolve({ ...credentials, accessKeyId: `AKID${String(signed)}` });
    },
    now: () => nowMs,
    ...options,
  });
  return { password, signed: () => signed, pass: (ms: number) => (nowMs += ms) };
}

describe('IAM password', () => {
  test('is a token for this user at this address, good for 15 minutes', async () => {
    const token = new URL(`https://${await passwordWith().password()}`);
    expect(token.host).toBe(`${target.hostname}:5432`);
    expect(Object.fromEntries(token.searchParams)).toMatchObject({
      Action: 'connect',
      DBUser: 'fincore_app',
      'X-Amz-Expires': '900',
      'X-Amz-Credential': expect.stringMatching(/eu-central-1\/rds-db\/aws4_request$/) as string,
    });
  });

  test('is signed once for connections at the same time, and again well before it ends', async () => {
    const { password, signed, pass } = passwordWith();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => password()));
    expect(new Set(tokens).size).toBe(1);
    expect(signed()).toBe(1);
    pass(599_999);
    expect(await password()).toBe(tokens[0]);
    pass(1);
    expect(await password()).not.toBe(tokens[0]);
    expect(signed()).toBe(2);
  });

  test('without credentials says who was refused where, and is asked for again by the next connection', async () => {
    let calls = 0;
    const { password } = passwordWith({
      credentials: () => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('no role')) : Promise.resolve(credentials);
      },
    });
    await expect(password()).rejects.toThrow(DatabaseTokenUnavailable);
    expect(await password()).toMatch(/X-Amz-Signature/);
    const again = passwordWith({ credentials: () => Promise.reject(new Error('no role')) });
    await expect(again.password()).rejects.toThrow(/fincore_app at payments\.cluster/);
  });

  test('is not waited for longer than its time', async () => {
    const { password } = passwordWith({ credentials: () => new Promise(() => undefined), timeoutMs: 50 });
    await expect(password()).rejects.toMatchObject({ cause: { message: 'not signed within 50 ms' } });
  });
});

describe('certificates of the database', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fincore-tls-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are read from a bundle, and the server is always checked', async () => {
    const path = join(folder, 'bundle.pem');
    const two = rootCertificates.slice(0, 2);
    await writeFile(path, `# Amazon\n${two.join('\n')}\n`);
    expect(await loadDatabaseTls(path)).toEqual({ ca: two, rejectUnauthorized: true });
  });

  test.each([
    ['empty', ''],
    ['no PEM', 'hello'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('a bundle that is %s is refused by its path', async (_, content) => {
    const path = join(folder, 'bad.pem');
    await writeFile(path, content);
    await expect(loadDatabaseTls(path)).rejects.toThrow(CertificatesUnreadable);
    await expect(loadDatabaseTls(join(folder, 'missing.pem'))).rejects.toThrow(/missing\.pem/);
  });
});
