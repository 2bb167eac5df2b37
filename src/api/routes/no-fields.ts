import { Type } from '@sinclair/typebox';

/** The body of a command that says everything by its path. */
export const NoFields = Type.Object({}, { additionalProperties: false, examples: [{}] });
