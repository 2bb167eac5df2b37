import { databasePrograms } from '../../../src/adapters/aws/database-users/program-rights';
import { parseDatabaseUsers } from '../../../src/compose/aws/database-users';

const users = Object.fromEntries(databasePrograms.map((program) => [program, `fincore_${program}`]));

test('each program has a user of its own', () => {
  expect(parseDatabaseUsers(JSON.stringify(users))).toEqual(users);
});

test('a program that this version does not have is nobody', () => {
  expect(parseDatabaseUsers(JSON.stringify({ ...users, cashier: 'fincore_cashier' }))).toEqual(users);
});

test.each([
  ['no user', { ...users, relay: undefined }, 'it gives none to relay.'],
  ['a name that needs quotes', { ...users, ledger: 'a"; DROP ROLE b' }, 'it gives none to ledger.'],
  ['a number', { ...users, audit: 7 }, 'it gives none to audit.'],
  ['no object', 'fincore_service', 'it gives none to api, relay, worker,'],
  ['a shared user', { ...users, worker: 'fincore_api' }, 'some share one.'],
])('%s is refused, and said', (_what, told, words) => {
  expect(() => parseDatabaseUsers(JSON.stringify(told))).toThrow(words);
});

test('what is no JSON is refused', () => {
  expect(() => parseDatabaseUsers('{api')).toThrow(
    /^FINCORE_DATABASE_USERS must be JSON that gives each of api, relay, /,
  );
});
