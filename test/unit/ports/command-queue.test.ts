import { type TenantId, operatorTenant, parseTenant } from '../../../src/core/kernel';
import { type CommandQueue, JournalOverloaded, type Turn, createCommandQueue } from '../../../src/core/ports';

const tenant = operatorTenant;
const stranger = parseTenant('mer_00000000000000000000000000_test') as TenantId;
const pause = () => Promise.resolve();

/** A command that holds its turn until the test says so. */
function hold(queue: CommandQueue, stream: string, of: TenantId = tenant) {
  let begun: Turn | null = null;
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const done = queue.inTurn({ tenant: of, stream }, async (turn) => {
    begun = turn;
    await released;
  });
  return { done, release, hasBegun: () => begun !== null };
}

/** Everything that can go on has gone on. */
const rest = () => new Promise<void>((resolve) => setImmediate(resolve));

test('commands on one stream begin one after another, in the order in which they came', async () => {
  const queue = createCommandQueue({ pause });
  const held = [1, 2, 3].map(() => hold(queue, 'one'));
  for (const [index, command] of held.entries()) {
    await rest();
    expect(held.map(({ hasBegun }) => hasBegun())).toEqual([0, 1, 2].map((n) => n <= index));
    command.release();
    await command.done;
  }
});

test('other streams, and other tenants, do not wait', async () => {
  const queue = createCommandQueue({ pause });
  const held = [hold(queue, 'one'), hold(queue, 'other'), hold(queue, 'one', stranger)];
  await rest();
  expect(held.every(({ hasBegun }) => hasBegun())).toBe(true);
  for (const { release } of held) release();
  await Promise.all(held.map(({ done }) => done));
});

test('a command that fails ends its turn', async () => {
  const queue = createCommandQueue({ pause });
  const failed = queue.inTurn({ tenant, stream: 'one' }, () => Promise.reject(new Error('no')));
  const next = queue.inTurn({ tenant, stream: 'one' }, () => Promise.resolve('done'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('done');
});

test('what a command leaves is for the next, and forgotten with the last', async () => {
  const queue = createCommandQueue({ pause });
  const left = {
    aggregate: 'any',
    state: 1,
    version: 1,
    token: { stream: 'one' },
    isWritten: true,
    settled: Promise.resolve(true),
  };
  const place = { tenant, stream: 'one' };
  const first = queue.inTurn(place, async (turn) => {
    turn.leave(left);
    await rest();
  });
  const second = queue.inTurn(place, (turn) => Promise.resolve(turn.tail));
  const foreign = queue.inTurn({ ...place, tenant: stranger }, (turn) => Promise.resolve(turn.tail));
  expect(await second).toBe(left);
  expect(await foreign).toBeNull();
  await first;
  expect(await queue.inTurn(place, (turn) => Promise.resolve(turn.tail))).toBeNull();
});

test('one command more than the bound is refused at once, until one has ended', async () => {
  const queue = createCommandQueue({ pause, limit: 2 });
  const held = [hold(queue, 'one'), hold(queue, 'other')];
  await expect(hold(queue, 'third').done).rejects.toThrow(JournalOverloaded);
  for (const { release } of held) release();
  await Promise.all(held.map(({ done }) => done));
  expect(await queue.inTurn({ tenant, stream: 'third' }, () => Promise.resolve('done'))).toBe('done');
});
