import { commandLog } from '../../../src/operations/process/command-log';

function toldOf(facts: object): string[] {
  const lines: string[] = [];
  commandLog({ tell: (line) => lines.push(line) }).warn(facts, 'a connection to the database was lost');
  return lines;
}

test('an error is told in words, without the connection that its driver hangs on it', () => {
  const error = Object.assign(new Error('terminating connection'), { client: { secretKey: 4711 } });
  expect(toldOf({ err: error })).toEqual(['a connection to the database was lost: terminating connection']);
});

test('other facts are told as they are', () => {
  expect(toldOf({ attempts: 3 })).toEqual(['a connection to the database was lost {"attempts":3}']);
});
