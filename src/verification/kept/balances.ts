import { type Static, Type } from '@sinclair/typebox';
import type { TenantId } from '../../core/kernel';
import type { VerifiedBalances } from '../../core/journal';
import { count, minor } from './chains';

const strict = { additionalProperties: false };
const text = Type.String({ maxLength: 1_000 });

/** Keys of balances with their amounts, and those that are still to be compared. */
export const keptBalances = Type.Object(
  {
    position: count,
    amounts: Type.Array(Type.Tuple([text, minor])),
    due: Type.Array(text),
    sweptTo: Type.Union([
      Type.Literal('beginning'),
      Type.Object({ tenant: Type.Unsafe<TenantId>(text), balance: text }, strict),
      Type.Null(),
    ]),
  },
  strict,
);

export const keepBalances = ({
  position,
  amounts,
  due,
  sweptTo,
}: VerifiedBalances): Static<typeof keptBalances> => ({
  position,
  amounts: [...amounts].map(([key, amountMinor]) => [key, amountMinor.toString()]),
  due: [...due],
  sweptTo,
});

export const balancesIn = ({ amounts, due, ...kept }: Static<typeof keptBalances>): VerifiedBalances => ({
  ...kept,
  amounts: new Map(amounts.map(([key, minor]) => [key, BigInt(minor)])),
  due: new Set(due),
});
