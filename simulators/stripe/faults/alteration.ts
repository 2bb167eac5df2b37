/** The fields of Stripe's objects that a fault replaces, with the values that the client then reads. */
export type Alteration = Readonly<Record<string, boolean | number | string | null>>;

/**
 * Replaces the fields in every Stripe object of the answer that has them: the object itself, expanded ones, and those
 * of a list. A field that no object has is added to the outermost one.
 */
export function alter(answer: unknown, alteration: Alteration): unknown {
  const seen = new Set<string>();
  const altered = alterWithin(answer, { alteration, seen });
  const added = Object.entries(alteration).filter(([name]) => !seen.has(name));
  return isRecord(altered) ? { ...altered, ...Object.fromEntries(added) } : altered;
}

interface Altering {
  readonly alteration: Alteration;
  /** The fields that were found somewhere. */
  readonly seen: Set<string>;
}

function alterWithin(value: unknown, altering: Altering): unknown {
  if (Array.isArray(value)) return value.map((item) => alterWithin(item, altering));
  if (!isRecord(value)) return value;
  const isStripeObject = typeof value['object'] === 'string';
  const { alteration, seen } = altering;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const replacement = alteration[name];
      // Metadata belongs to the merchant; a key of it is no field.
      if (name === 'metadata') return [name, field];
      if (!isStripeObject || replacement === undefined) return [name, alterWithin(field, altering)];
      seen.add(name);
      return [name, replacement];
    }),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
