import { newId } from '../../../src/core/kernel';
import { transactionIdOf } from '../../../src/core/ledger';
import { countingIds } from '../../contract/ledger/history';

const ids = countingIds();
const stream = `charge-${newId('ch', ids)}`;
const event = { stream, version: 3, recordedAt: Date.UTC(2026, 10, 21, 10) };

// Worked out by hand: base 32 of 1795255200000 in ten places, twelve of the stream's name, base 32 of 3 in four.
describe('the id of a transaction', () => {
  it('is made of the time, the end of the name of the stream and the version, and of nothing else', () => {
    expect(transactionIdOf(event)).toBe('txn_01m7yrrt800000000000010003');
    expect(transactionIdOf({ ...event })).toBe(transactionIdOf(event));
  });

  it('differs when the stream, the version or the time does', () => {
    const others = [
      { ...event, stream: `charge-${newId('ch', ids)}` },
      { ...event, version: 4 },
      { ...event, recordedAt: event.recordedAt + 1 },
    ];
    const all = new Set([event, ...others].map(transactionIdOf));
    expect(all.size).toBe(4);
  });

  it('sorts by time', () => {
    const times = [0, 1, 31, 32, 1_000, event.recordedAt, event.recordedAt + 1, 2 ** 47];
    const sorted = times.map((recordedAt) => transactionIdOf({ ...event, recordedAt }));
    expect([...sorted].sort()).toEqual(sorted);
  });

  it('refuses what it could not tell apart', () => {
    for (const recordedAt of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => transactionIdOf({ ...event, recordedAt })).toThrow('is a whole number');
    expect(() => transactionIdOf({ ...event, version: 2 ** 20 })).toThrow(
      '1048576 is a whole number that 4 characters of base 32 hold',
    );
  });
});
