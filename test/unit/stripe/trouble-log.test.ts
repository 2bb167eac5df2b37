import { createTroubleLog } from '../../../src/adapters/psp/stripe/trouble-log';

function logging() {
  const lines: string[] = [];
  let nowMs = 0;
  const trouble = createTroubleLog(
    (line) => lines.push(line),
    () => nowMs,
  );
  return { lines, trouble, pass: (ms: number) => (nowMs += ms) };
}

test('the first failure is logged at once, those of the next minute with their count', () => {
  const { lines, trouble, pass } = logging();
  trouble.failed('it does not answer.');
  expect(lines).toEqual(['Stripe is in trouble: it does not answer.']);
  for (let n = 0; n < 500; n += 1) trouble.failed('it does not answer.');
  expect(lines).toHaveLength(1);
  pass(60_000);
  trouble.failed('it cannot be reached.');
  expect(lines.slice(1)).toEqual([
    'Stripe is in trouble: it cannot be reached. 501 requests failed since the line before.',
  ]);
});

test('a provider that fails and answers by turns fills no log, and the count is logged once it answers', () => {
  const { lines, trouble, pass } = logging();
  for (let n = 0; n < 100; n += 1) {
    trouble.failed('it answers 500.');
    trouble.answered();
  }
  expect(lines).toEqual(['Stripe is in trouble: it answers 500.']);
  pass(60_000);
  trouble.answered();
  trouble.answered();
  expect(lines.slice(1)).toEqual(['Stripe answers. 99 requests failed since the line before.']);
});

test('answers alone say nothing', () => {
  const { lines, trouble, pass } = logging();
  trouble.answered();
  pass(600_000);
  trouble.answered();
  expect(lines).toEqual([]);
});
