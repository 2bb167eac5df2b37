import { createRoom } from '../../../src/adapters/aws/kinesis/room';

/** Who is inside, by name, in the order in which they were let in. */
function openRoom(limits: Parameters<typeof createRoom>[0]) {
  const room = createRoom(limits);
  const inside: string[] = [];
  return {
    ...room,
    inside,
    ask(name: string, sizeBytes: number): void {
      void room.enter(sizeBytes).then(() => inside.push(name));
    },
  };
}

/** Lets everybody whose turn has come take it. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

test('who comes when the count is reached waits, and goes in when somebody leaves', async () => {
  const room = openRoom({ count: 2, sizeBytes: 1_000 });
  for (const name of ['first', 'second', 'third']) room.ask(name, 1);
  await turns();
  expect(room.inside).toEqual(['first', 'second']);
  room.leave(1);
  await turns();
  expect(room.inside).toEqual(['first', 'second', 'third']);
});

test('as many go in at once as one leaving makes room for', async () => {
  const room = openRoom({ count: 10, sizeBytes: 100 });
  room.ask('large', 100);
  for (const name of ['a', 'b', 'c']) room.ask(name, 40);
  await turns();
  expect(room.inside).toEqual(['large']);
  room.leave(100);
  await turns();
  expect(room.inside).toEqual(['large', 'a', 'b']);
});

test('nobody passes one who waits, though he would fit', async () => {
  const room = openRoom({ count: 10, sizeBytes: 100 });
  room.ask('half', 60);
  room.ask('large', 90);
  room.ask('small', 1);
  await turns();
  expect(room.inside).toEqual(['half']);
  room.leave(60);
  await turns();
  expect(room.inside).toEqual(['half', 'large', 'small']);
});

test('one that is larger than all the room goes in alone', async () => {
  const room = openRoom({ count: 10, sizeBytes: 100 });
  room.ask('small', 1);
  room.ask('huge', 101);
  await turns();
  expect(room.inside).toEqual(['small']);
  room.leave(1);
  await turns();
  expect(room.inside).toEqual(['small', 'huge']);
  room.ask('next', 1);
  await turns();
  expect(room.inside).toEqual(['small', 'huge']);
});
