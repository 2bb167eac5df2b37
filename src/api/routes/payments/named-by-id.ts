import { Type } from '@sinclair/typebox';
import { type IdPrefix, parseId } from '../../../core/kernel';
import type { ErrorCode } from '../../errors/catalogue';
import { Problem } from '../../errors/problem';
import { shownValue } from '../../errors/received-value';

interface Naming {
  /** The refusal when no object of the caller has the id. */
  readonly code: ErrorCode;
  /** The thing in a sentence. */
  readonly noun: string;
  readonly example: string;
}

/** How every route reads the id of one kind of thing. An unknown id, another's and a misshapen one are answered alike. */
export function namedById<Prefix extends IdPrefix>(prefix: Prefix, { code, noun, example }: Naming) {
  const notFound = (id: string, param?: string): Problem => {
    const detail = `There is no ${noun} ${parseId(prefix, id) ?? shownValue(id)}.`;
    return new Problem(param === undefined ? { code, detail } : { code, detail, param });
  };
  return {
    /** The id as a part of the path. */
    Path: Type.Object({ id: Type.String({ examples: [example] }) }),
    /** @throws Problem with the code, for what cannot be an id of this kind */
    idOf: (id: string, param?: string) => {
      const known = parseId(prefix, id);
      if (known === null) throw notFound(id, param);
      return known;
    },
    notFound,
  };
}
