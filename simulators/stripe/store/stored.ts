/** What every stored state has. */
export interface Stored {
  readonly id: string;
  readonly created: number;
  readonly deleted?: true;
}

export const isDeleted = (state: Stored): boolean => state.deleted === true;

/** The keys under which states of one kind are found. */
export interface References<T> {
  of(state: T): readonly string[];
  /** Whether an update leaves the keys as they were. */
  areSame(before: T, after: T): boolean;
}

/** References by the fields that hold another object's id, and by metadata where there is any. */
export function referencesBy<T extends object>(...fields: readonly (keyof T)[]): References<T> {
  const metadataOf = (state: T): Readonly<Record<string, string>> | undefined =>
    'metadata' in state ? (state.metadata as Readonly<Record<string, string>>) : undefined;
  return {
    of: (state) => {
      const keys: string[] = [];
      for (const field of fields) {
        const value = state[field];
        if (typeof value === 'string') keys.push(value);
      }
      const metadata = metadataOf(state);
      for (const name in metadata) keys.push(metadataKey(name, metadata[name] ?? ''));
      return keys;
    },
    areSame: (before, after) =>
      metadataOf(before) === metadataOf(after) && fields.every((field) => before[field] === after[field]),
  };
}

/** The key under which states are found that still get an outcome. */
export const unsettledKey = 'unsettled';

/** The same references, and {@link unsettledKey} while the condition holds. */
export const whileUnsettled = <T>(
  references: References<T>,
  isUnsettled: (state: T) => boolean,
): References<T> => ({
  of: (state) => (isUnsettled(state) ? [...references.of(state), unsettledKey] : references.of(state)),
  areSame: (before, after) => references.areSame(before, after) && isUnsettled(before) === isUnsettled(after),
});

/** The key under which a metadata pair is found. */
export const metadataKey = (name: string, value: string): string => `metadata:${name}=${value}`;
