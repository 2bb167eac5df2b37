/** Whose id a request names. `unknown` is well-formed and belongs to nobody. */
export type Whose = 'own' | 'foreign' | 'unknown';

interface KnownId {
  readonly id: string;
  /** The object that it was seen inside, for a key the merchant. */
  readonly within: string | null;
}

const maxPerKind = 400;
const idShape = /^([a-z]{2,5})_[0-9a-z_]{10,}$/;
const unknownBody = '0000000000000000000000000z';

export interface IdChoice {
  readonly prefix: string;
  readonly owner: string;
  readonly at: number;
  /** Prefers ids that were seen inside this object. */
  readonly within?: string | undefined;
}

/**
 * The ids that answers have shown, by who saw them: what makes requests reach states instead of 404. Ids of
 * whatever kind join by their prefix, so that a new context needs nothing here.
 */
export interface KnownIds {
  learn(owner: string, value: unknown): void;
  pick(choice: IdChoice): string;
  unknown(prefix: string): string;
}

/** What a caller wrote is no id, or not an id of the caller's: the audit of a refusal names what was asked for. */
const writtenByCallers = new Set(['metadata', 'description', 'customer_reference', 'text', 'subject']);

/** @param spared ids that no request may name, because the run itself lives on them */
export function createKnownIds(spared: ReadonlySet<string>): KnownIds {
  const lists = new Map<string, Map<string, KnownId>>();
  const listOf = (owner: string, prefix: string) => {
    const name = `${owner} ${prefix}`;
    const list = lists.get(name) ?? new Map<string, KnownId>();
    lists.set(name, list);
    return list;
  };

  function keep(owner: string, id: string, within: string | null): void {
    const prefix = idShape.exec(id)?.[1];
    if (prefix === undefined || spared.has(id)) return;
    const list = listOf(owner, prefix);
    if (list.has(id)) return;
    list.set(id, { id, within });
    const [oldest] = list.keys();
    if (list.size > maxPerKind && oldest !== undefined) list.delete(oldest);
  }

  function learn(owner: string, value: unknown, within: string | null): void {
    if (typeof value === 'string') {
      keep(owner, value, within);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const own = 'id' in value && typeof value.id === 'string' ? value.id : null;
    if (own !== null && spared.has(own)) return;
    for (const [name, member] of Object.entries(value))
      if (!writtenByCallers.has(name)) learn(owner, member, name === 'id' ? within : (own ?? within));
  }

  const unknown = (prefix: string): string =>
    prefix === 'acct' ? `acct_mer_${unknownBody}_test_merchant_payable_eur` : `${prefix}_${unknownBody}`;

  return {
    learn: (owner, value) => learn(owner, value, null),
    unknown,
    pick({ prefix, owner, at, within }) {
      const ids = [...listOf(owner, prefix).values()];
      const inside = ids.filter((known) => known.within !== null && known.within === within);
      const from = inside.length > 0 ? inside : ids;
      return from[at % Math.max(1, from.length)]?.id ?? unknown(prefix);
    },
  };
}
