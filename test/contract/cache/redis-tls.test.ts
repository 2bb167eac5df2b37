import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { createRedisCache } from '../../../src/adapters/aws/redis/redis-cache';
import { openRedis } from '../../../src/adapters/aws/redis/redis-connection';
import { CacheUnavailable } from '../../../src/core/ports';
import { describeWithCertificates, makeCertificates } from '../../support/certificates';
import { eventually } from '../../support/eventually';

describeWithCertificates('Redis over TLS', () => {
  test('a server whose certificate nobody vouches for is told nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fincore-redis-tls-'));
    await makeCertificates(folder, 'unknown');
    const [key, cert] = await Promise.all([
      readFile(join(folder, 'unknown-key.pem')),
      readFile(join(folder, 'unknown-cert.pem')),
    ]);
    const heard: Buffer[] = [];
    const server = createServer({ key, cert }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (data: Buffer) => heard.push(data));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const failures: unknown[] = [];
    const connection = openRedis({
      url: `rediss://localhost:${String(port)}`,
      log: { warn: (facts) => failures.push(facts) },
    });
    await eventually(() => expect(failures.length).toBeGreaterThan(0));
    expect(failures[0]).toMatchObject({
      err: { message: expect.stringMatching(/unable to verify|self-signed|unable to get/) as string },
    });
    await expect(createRedisCache(connection).get('a')).rejects.toThrow(CacheUnavailable);
    expect(heard).toEqual([]);
    connection.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
});
