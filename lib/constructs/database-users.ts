import { contexts } from '../../src/core/contexts';

/** A program that signs in at the databases: each reader of the stream by its name, and these. */
const otherPrograms = ['api', 'relay', 'worker', 'verification'] as const;

export type DatabaseUser = `fincore_${string}`;

/** The user of a program. The migrations make these users, and give each the rights of its program. */
export const databaseUserOf = (program: string): DatabaseUser => `fincore_${program}`;

/** The database user of each program. */
export const databaseUsers: Readonly<Record<string, DatabaseUser>> = Object.fromEntries(
  [...otherPrograms, ...contexts.streamReaders].map((program) => [program, databaseUserOf(program)]),
);

/** Users of versions before, which no role may sign in as any more. */
export const formerUsers: readonly string[] = ['fincore_service', 'fincore_projectionist'];
