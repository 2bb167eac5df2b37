import type fc from 'fast-check';
import type { Draft } from './draft';

/** Makes one thing of a request hostile. Names appear in the report of a fault, and in the count of what was tried. */
export interface Mutation {
  readonly name: string;
  readonly appliesTo: (draft: Draft) => boolean;
  readonly apply: fc.Arbitrary<(draft: Draft) => Draft>;
}

/** The draft with a change, under the mutation's name. What is hostile is not asked twice. */
export const mutatedBy = (name: string, draft: Draft, change: Partial<Draft>): Draft => ({
  ...draft,
  ...change,
  mustBeRefused: draft.mustBeRefused || change.mustBeRefused === true,
  mutations: [...draft.mutations, name],
  followUp: 'none',
});
