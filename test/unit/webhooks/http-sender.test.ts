import type { lookup } from 'node:dns';
import { type AddressInfo, createServer } from 'node:net';
import { createHttpSender } from '../../../src/adapters/webhooks/http-sender';
import { createTargetRules, isPublicAddress } from '../../../src/adapters/webhooks/target';

const request = { livemode: false, id: 'evt_1', timestamp: 1_000, body: '{}', secrets: [] };

/** Each name leads to the next of these addresses each time that it is looked up. */
function sending(...answers: readonly string[]) {
  const left = [...answers];
  const resolve = (_name: string, _options: object, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: left.shift() ?? '', family: 4 }]);
  return createHttpSender({
    refuseUrl: createTargetRules({ arePrivateAllowed: false }),
    arePrivateAllowed: false,
    timeoutMs: 300,
    lookup: resolve as unknown as typeof lookup,
  });
}

test.each([
  '10.0.0.8',
  '169.254.169.254',
  '127.0.0.1',
  '::ffff:127.0.0.1',
  '64:ff9b::7f00:1',
  '::7f00:1',
  '0.0.0.0',
])('a name that leads to %s is blocked at connect', async (address) => {
  expect(isPublicAddress(address)).toBe(false);
  expect(await sending(address).send({ ...request, url: 'http://shop.example/' })).toEqual({
    kind: 'unanswered',
    failure: 'is blocked: its name leads to a private, local or reserved address',
  });
});

test('a name is looked up and checked again for each connection', async () => {
  const sender = sending('203.0.113.9', '10.0.0.8');
  for (const _ of [1, 2])
    expect(await sender.send({ ...request, url: 'http://shop.example/' })).toMatchObject({
      failure: expect.stringContaining('is blocked') as unknown,
    });
});

test('an address in a URL is checked without a look-up', async () => {
  expect(await sending().send({ ...request, url: 'http://2130706433/' })).toMatchObject({
    failure: 'is blocked: its URL names a private, local or reserved address',
  });
});

test('a name that cannot be resolved is a failure of the delivery, and of nothing else', async () => {
  const failure = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const resolve = (_name: string, _options: object, done: (error: Error) => void) => done(failure);
  const sender = createHttpSender({
    refuseUrl: createTargetRules({ arePrivateAllowed: false }),
    arePrivateAllowed: false,
    lookup: resolve as unknown as typeof lookup,
  });
  expect(await sender.send({ ...request, url: 'http://nowhere.example/' })).toEqual({
    kind: 'unanswered',
    failure: 'gave no answer: ENOTFOUND',
  });
});

test.each([
  ['switches the protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ['ends without a word', ''],
])('a receiver that %s has given no answer, before the time is over', async (_what, bytes) => {
  const server = createServer((socket) => socket.once('data', () => socket.end(bytes)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sender = createHttpSender({ refuseUrl: () => null, arePrivateAllowed: true });
  const answer = await sender.send({ ...request, url: `http://127.0.0.1:${String(port)}/` });
  expect(answer).toMatchObject({
    kind: 'unanswered',
    failure: expect.stringContaining('gave no answer') as string,
  });
  sender.close();
  server.close();
});
