import { patiently } from '../../../src/operations/process/patiently';

const passing = new Error('starting');
const lasting = new Error('wrong password');

function failing(...errors: readonly Error[]) {
  const left = [...errors];
  return () => {
    const error = left.shift();
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
}

function patience() {
  const waited: unknown[] = [];
  return {
    waited,
    patienceMsFor: (error: unknown) => (error === passing ? 60_000 : 0),
    onWaiting: (error: unknown, patienceMs: number) => void waited.push([error, patienceMs]),
  };
}

test('work that fails for a reason that passes is repeated, and the reason is told once', async () => {
  const patient = patience();
  expect(await patiently(failing(passing, passing), patient)).toBe('done');
  expect(patient.waited).toEqual([[passing, 60_000]]);
});

test('a reason that does not pass ends the work at once', async () => {
  const patient = patience();
  await expect(patiently(failing(passing, lasting), patient)).rejects.toBe(lasting);
});

test('what no longer wants the work ends the waiting', async () => {
  const abandoned = new Error('abandoned');
  let attempts = 0;
  const beforeAttempt = () => {
    attempts += 1;
    if (attempts === 2) throw abandoned;
  };
  await expect(patiently(failing(passing), { ...patience(), beforeAttempt })).rejects.toBe(abandoned);
});
