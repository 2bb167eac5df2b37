import { type Static, Type } from '@sinclair/typebox';
import { type Currency, type TenantId, currencies } from '../../core/kernel';
import { type DerivedLedger, type VerifiedChain, type VerifiedLedger, accountIdOf } from '../../core/ledger';
import type { AccountCode, ChainHead, LedgerAccount } from '../../core/ports';

const strict = { additionalProperties: false };
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
export const minor = Type.String({ pattern: '^-?[0-9]{1,38}$' });
const oneOf = (words: readonly string[]) => Type.String({ pattern: `^(${words.join('|')})$` });
const tenant = Type.Unsafe<TenantId>(Type.String({ pattern: '^[a-z0-9_]{1,100}$' }));
const currency = Type.Unsafe<Currency>(oneOf(currencies));
const code = Type.Unsafe<AccountCode>(Type.String({ pattern: '^[a-z_]+(:[a-z0-9_]{1,40})?$' }));

/** What is kept of every account, so short because there are many: code, currency, balance, entries so far. */
const account = Type.Tuple([code, currency, minor, count]);
const chain = {
  tenant,
  sequence: count,
  hash,
  effectiveAt: count,
  accounts: Type.Array(account),
};

const verifiedChain = Type.Object(
  {
    ...chain,
    lastPosition: count,
    transactionCount: count,
    /** Debits, credits. */
    turnover: Type.Array(Type.Tuple([currency, minor, minor])),
  },
  strict,
);

export const keptLedger = Type.Object(
  { walkedTo: Type.Union([tenant, Type.Null()]), chains: Type.Array(verifiedChain) },
  strict,
);

export const keptDerived = Type.Object(
  { position: count, chains: Type.Array(Type.Object(chain, strict)) },
  strict,
);

type KeptAccount = Static<typeof account>;
type KeptHead = Pick<Static<typeof verifiedChain>, 'tenant' | 'sequence' | 'hash' | 'effectiveAt'>;

export const keepLedger = ({ walkedTo, chains }: VerifiedLedger): Static<typeof keptLedger> => ({
  walkedTo,
  chains: [...chains.values()].map(({ head, accounts, turnover, lastPosition, transactionCount }) => ({
    ...headIn(head),
    accounts: [...accounts.values()].map(keepAccount),
    lastPosition,
    transactionCount,
    turnover: [...turnover].map(([of, { debitMinor, creditMinor }]) => [
      of,
      debitMinor.toString(),
      creditMinor.toString(),
    ]),
  })),
});

export const ledgerIn = ({ walkedTo, chains }: Static<typeof keptLedger>): VerifiedLedger => ({
  walkedTo,
  chains: new Map(
    chains.map((kept): [TenantId, VerifiedChain] => [
      kept.tenant,
      {
        head: headIn(kept),
        lastPosition: kept.lastPosition,
        transactionCount: kept.transactionCount,
        accounts: new Map(accountsIn(kept).map((one) => [one.accountId, one])),
        turnover: new Map(
          kept.turnover.map(([of, debit, credit]) => [
            of,
            { debitMinor: BigInt(debit), creditMinor: BigInt(credit) },
          ]),
        ),
      },
    ]),
  ),
});

export function keepDerived({ position, heads, accounts }: DerivedLedger): Static<typeof keptDerived> {
  const byTenant = new Map([...heads.keys()].map((of): [TenantId, KeptAccount[]] => [of, []]));
  for (const one of accounts.values()) byTenant.get(one.tenant)?.push(keepAccount(one));
  return {
    position,
    chains: [...heads.values()].map((head) => ({
      ...headIn(head),
      accounts: byTenant.get(head.tenant) ?? [],
    })),
  };
}

export const derivedIn = ({ position, chains }: Static<typeof keptDerived>): DerivedLedger => ({
  position,
  heads: new Map(chains.map((kept) => [kept.tenant, headIn(kept)])),
  accounts: new Map(chains.flatMap(accountsIn).map((one) => [one.accountId, one])),
});

const headIn = ({ tenant: of, sequence, hash: last, effectiveAt }: KeptHead): ChainHead => ({
  tenant: of,
  sequence,
  hash: last,
  effectiveAt,
});

const keepAccount = ({ code: of, currency: inside, ...rest }: LedgerAccount): KeptAccount => [
  of,
  inside,
  rest.balanceMinor.toString(),
  rest.accountSequence,
];

const accountsIn = (kept: {
  readonly tenant: TenantId;
  readonly accounts: readonly KeptAccount[];
}): readonly LedgerAccount[] =>
  kept.accounts.map(([of, inside, balance, accountSequence]) => {
    const key = { tenant: kept.tenant, code: of, currency: inside };
    return { ...key, accountId: accountIdOf(key), balanceMinor: BigInt(balance), accountSequence };
  });
