import { hash } from 'node:crypto';
import { eventually } from '../../support/eventually';
import { startSystem } from './memory-system';

test('health, readiness and metrics', async () => {
  const system = await startSystem();
  try {
    expect(await system.anonymous.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await system.anonymous.get('/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, checks: { journal: { ready: true } } },
    });
    expect((await system.anonymous.get('/metrics')).status).toBe(401);
    const metrics = await system.operator.get('/metrics');
    expect([metrics.status, metrics.text]).toEqual([200, 'fincore_up 1\n']);
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  } finally {
    await system.stop();
  }
});

test('not ready is 503 and says what is missing; alive all the same', async () => {
  const system = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      readiness: () =>
        Promise.resolve({
          ready: false,
          checks: { journal: { ready: false, detail: 'the database does not answer' } },
        }),
    }),
  });
  try {
    expect(await system.anonymous.get('/readyz')).toMatchObject({
      status: 503,
      body: { ready: false, checks: { journal: { detail: 'the database does not answer' } } },
    });
    expect((await system.anonymous.get('/healthz')).status).toBe(200);
  } finally {
    await system.stop();
  }
});

test.each([
  ['another store is lost', { journal: { ready: true }, ledger: { ready: false } }, 200],
  ['the journal is lost', { journal: { ready: false }, ledger: { ready: true } }, 503],
])('charges are accepted or not when %s, by the journal alone', async (_what, checks, status) => {
  const system = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      readiness: () => Promise.resolve({ ready: false, checks }),
    }),
  });
  try {
    expect((await system.anonymous.get('/readyz')).status).toBe(503);
    const answer = await system.anonymous.get('/readyz/journal');
    expect([answer.status, answer.body]).toEqual([
      status,
      { ready: status === 200, checks: { journal: checks.journal } },
    ]);
  } finally {
    await system.stop();
  }
});

test('those who ask for readiness at once share one answer', async () => {
  let asked = 0;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const system = await startSystem({
    change: (dependencies) => ({
      ...dependencies,
      readiness: async () => {
        asked += 1;
        await gate;
        return { ready: true, checks: {} };
      },
    }),
  });
  try {
    let arrived = 0;
    system.app.server.on('request', () => (arrived += 1));
    const answers = Promise.all(Array.from({ length: 20 }, () => system.anonymous.get('/readyz')));
    await eventually(() => {
      expect(arrived).toBe(20);
    });
    release();
    expect((await answers).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(asked).toBe(1);
  } finally {
    await system.stop();
  }
});

test('the reference is readable without a script, and without asking anybody else', async () => {
  const system = await startSystem();
  try {
    const page = await system.anonymous.get('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    const style = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`);
    expect(policy).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script|\sstyle=|\son\w+=|\ssrc=|url\(|@import/i);
    const links = new Set([...page.text.matchAll(/\shref="([^"#]+)"/g)].map(([, link]) => link ?? ''));
    expect(links.size).toBeGreaterThan(20);
    for (const link of links) {
      expect(link).toMatch(/^\/(?:errors\/\w+|openapi\.json)$/);
      expect([link, (await system.anonymous.get(link)).status]).toEqual([link, 200]);
    }
  } finally {
    await system.stop();
  }
});

test('the document is served as JSON', async () => {
  const system = await startSystem();
  try {
    const { status, headers, body } = await system.anonymous.get('/openapi.json');
    expect([status, headers.get('content-type'), body['openapi']]).toEqual([
      200,
      'application/json; charset=utf-8',
      '3.1.0',
    ]);
  } finally {
    await system.stop();
  }
});
