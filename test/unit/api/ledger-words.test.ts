import { asOfIn, entryPageOf } from '../../../src/api/routes/ledger/ledger-schemas';

const at = (ms: number): string => new Date(1_790_000_000_000 + ms).toISOString();
const ms = (offset: number): number => 1_790_000_000_000 + offset;

/** Which of the milliseconds 0 to 9 the bounds let through. */
function within(created: Readonly<Record<string, string>>): number[] {
  const { from = -Infinity, to = Infinity } = entryPageOf({ limit: 10, created });
  return Array.from({ length: 10 }, (_, n) => n).filter((n) => from <= ms(n) && ms(n) <= to);
}

test.each([
  [{ gt: at(4) }, [5, 6, 7, 8, 9]],
  [{ gte: at(4) }, [4, 5, 6, 7, 8, 9]],
  [{ lt: at(4) }, [0, 1, 2, 3]],
  [{ lte: at(4) }, [0, 1, 2, 3, 4]],
  [{ gt: at(2), lt: at(5) }, [3, 4]],
  [{ gte: at(2), lte: at(2) }, [2]],
  [{ gt: at(2), lt: at(3) }, []],
  // Both bounds of a side hold: the narrower one decides.
  [{ gt: at(2), gte: at(6) }, [6, 7, 8, 9]],
  [{ gt: at(6), gte: at(2) }, [7, 8, 9]],
  [{ lt: at(2), lte: at(6) }, [0, 1]],
  [{ lt: at(6), lte: at(2) }, [0, 1, 2]],
])('the entries of the times %j', (created, expected) => {
  expect(within(created)).toEqual(expected);
});

test('a balance is told up to now, with a minute for a clock that is ahead, and never for later', () => {
  expect(asOfIn({}, ms(0))).toBeUndefined();
  expect(asOfIn({ at: at(0) }, ms(0))).toBe(ms(0));
  expect(asOfIn({ at: at(60_000) }, ms(0))).toBe(ms(60_000));
  expect(() => asOfIn({ at: at(60_001) }, ms(0))).toThrow();
});
