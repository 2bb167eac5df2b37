import { type WholeStores, createWholeStores } from '../../support/whole-stores';

describe('what the verification keeps', () => {
  let whole: WholeStores;
  beforeAll(async () => {
    whole = await createWholeStores();
  });
  afterAll(() => whole.close());

  test.each([
    'DELETE FROM verification.passes',
    'TRUNCATE verification.passes',
    'INSERT INTO verification.passes DEFAULT VALUES',
    'UPDATE verification.passes SET only_row = only_row',
    'DROP TABLE verification.passes',
    'CREATE TABLE verification.more (id integer)',
  ])('is changed by the application, and not: %s', async (statement) => {
    await expect(whole.stores.pools.journal.query(statement)).rejects.toThrow(
      /permission denied|must be owner/,
    );
  });
});
