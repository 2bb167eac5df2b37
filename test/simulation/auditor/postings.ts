import type { Check } from './evidence';

/** Invariant 1, by adding up; and that accounts show what their entries add up to. */
export const checkPostings: Check = ({ entries, books }) => {
  const differences = new Map<string, bigint>();
  const balances = new Map<string, bigint>();
  const add = (sums: Map<string, bigint>, key: string, amount: bigint) =>
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  for (const { transactionId, currency, side, amountMinor, accountId } of entries) {
    const signed = side === 'debit' ? amountMinor : -amountMinor;
    add(differences, `${transactionId} in ${currency}`, signed);
    add(differences, `all entries in ${currency}`, signed);
    add(balances, accountId, signed);
  }
  const unbalanced = [...differences]
    .filter(([, difference]) => difference !== 0n)
    .map(([what, difference]) => `[1] debits less credits of ${what} are ${String(difference)}`);
  const wrong = [...books.ledger.rows.accounts.values()].flatMap(({ accountId, code, balanceMinor }) => {
    const sum = balances.get(accountId) ?? 0n;
    const expected = code.startsWith('psp_receivable') ? sum : -sum;
    return expected === balanceMinor
      ? []
      : [`[1] ${accountId} shows ${String(balanceMinor)}, its entries add up to ${String(expected)}`];
  });
  return [...unbalanced, ...wrong];
};
