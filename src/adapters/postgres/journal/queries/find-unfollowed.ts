import type { Pool } from 'pg';

// One range of the unique index for each place: the events of its stream after it.
const text = `SELECT given.stream, given.version
  FROM unnest($1::text[], $2::integer[], $3::text[]) AS given (stream, version, part)
  WHERE NOT EXISTS (
    SELECT FROM journal.events AS e
    WHERE e.stream = given.stream AND e.version > given.version AND e.type = ANY ($4::text[])
      AND (given.part IS NULL OR EXISTS (SELECT FROM unnest($5::text[]) AS field WHERE e.data ->> field = given.part)))`;

interface StreamVersion {
  readonly stream: string;
  readonly version: number;
}

/** A place in a stream, and the part of the subject that its event names. */
interface PlaceOfPart extends StreamVersion {
  readonly part: string | null;
}

interface Followers {
  readonly types: readonly string[];
  /** Fields of the events that may name a part. */
  readonly partFields: readonly string[];
}

/** Those of the places that no event of these types follows on their stream: of the same part, where they name one. */
export async function findUnfollowed(
  pool: Pool,
  places: readonly PlaceOfPart[],
  { types, partFields }: Followers,
): Promise<readonly StreamVersion[]> {
  const values = [
    places.map(({ stream }) => stream),
    places.map(({ version }) => version),
    places.map(({ part }) => part),
    types,
    partFields,
  ];
  return (await pool.query<StreamVersion>({ name: 'journal-find-unfollowed', text, values })).rows;
}
