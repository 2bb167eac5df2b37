import {
  type Right,
  programFunctions,
  programRights,
  userOf,
} from '../../../src/adapters/aws/database-users/program-rights';
import { createPostgresJournal } from '../../../src/adapters/postgres/journal/postgres-journal';
import { openPool } from '../../../src/adapters/postgres/pool';
import { type ProgramUsers, admitProgramUsers } from '../../support/program-users';
import { type FilledStores, type WholeStores, fillWholeStores } from '../../support/whole-stores';
import { type Workplace, effectsOf, programWork } from './program-work';

const chargeCount = 4;
const permissionDenied = '42501';

/** Each right on its own: every column of a right counts. */
const singleRights = (right: Right): readonly string[] => {
  const [verb = '', columns] = right.replace(')', '').split(' (');
  return columns === undefined ? [verb] : columns.split(', ').map((column) => `${verb} (${column})`);
};

/** Adapters tell what failed, and why as its cause. */
function isDenied(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === permissionDenied) || isDenied(error.cause);
}

let filled: FilledStores;
beforeAll(async () => {
  filled = await fillWholeStores(chargeCount);
}, 60_000);
afterAll(() => filled.drop());

describe.each(Object.entries(programWork))('the work of %s', (program, work) => {
  let whole: WholeStores;
  let users: ProgramUsers;
  let place: Workplace;
  beforeAll(async () => {
    whole = await filled.copy();
    await whole.asOwner("INSERT INTO relay.stage (name) VALUES ('test')");
    users = await admitProgramUsers(whole.url);
    place = {
      whole,
      users,
      pool: openPool({
        connectionString: users.addressOf(program),
        size: 2,
        applicationName: `fincore-test-${program}`,
      }),
      journal: createPostgresJournal({ connectionString: users.addressOf(program), effectsOf }),
      events: await whole.stores.records.read(0, 100),
    };
  });
  afterAll(async () => {
    await place.journal.close();
    await place.pool.end();
    await users.drop();
    await whole.close();
  });

  test('passes with the rights of its row, and with none less', async () => {
    await work(place);
    const needless: string[] = [];
    const onTables = Object.entries(programRights[program] ?? {}).flatMap(([table, rights]) =>
      rights.flatMap(singleRights).map((right) => `${right} ON ${table}`),
    );
    const onFunctions = (programFunctions[program] ?? []).map((name) => `EXECUTE ON FUNCTION ${name}`);
    for (const right of [...onTables, ...onFunctions]) {
      await whole.asOwner(`REVOKE ${right} FROM ${userOf(users.names, program)}`);
      try {
        await work(place);
        needless.push(right);
      } catch (error) {
        if (!isDenied(error)) throw error;
      }
      await whole.asOwner(`GRANT ${right} TO ${userOf(users.names, program)}`);
    }
    expect(needless).toEqual([]);
    await work(place);
  }, 120_000);
});
