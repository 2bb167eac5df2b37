import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { BackupDamaged } from './backup-damaged';

/** Raised when an older program could not read what a newer one writes. */
export const backupFormat = 1;
export const manifestName = 'manifest.json';
/** In the form that `sha256sum --check` reads: the manifest vouches for every file, and this for the manifest. */
export const manifestSumName = 'manifest.json.sha256';

const count = Type.Integer({ minimum: 0 });
const name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Below the backup's folder and nowhere else: no part of a path begins with a dot. */
const path = Type.String({ pattern: '^(tables|data)(/[A-Za-z0-9_][A-Za-z0-9._-]*){1,8}$', maxLength: 400 });

const strict = { additionalProperties: false };
const tableSchema = Type.Object(
  {
    path,
    schema: name,
    table: name,
    columns: Type.Array(name, { minItems: 1, maxItems: 1_600 }),
    rows: count,
    bytes: count,
    sha256,
  },
  strict,
);
const fileSchema = Type.Object({ path, bytes: count, sha256 }, strict);
const storeSchema = Type.Object({ schema: name, migrations: Type.Array(Type.String()) }, strict);
const manifestSchema = Type.Object(
  {
    format: Type.Literal(backupFormat),
    fincore: Type.String(),
    created_at: Type.String(),
    journal_head: count,
    stores: Type.Array(storeSchema),
    tables: Type.Array(tableSchema),
    files: Type.Array(fileSchema),
  },
  strict,
);

/** What a backup holds. Tables stand in an order in which they can be loaded: a referenced table comes first. */
export type Manifest = Static<typeof manifestSchema>;
export type TableFile = Static<typeof tableSchema>;
export type DataFile = Static<typeof fileSchema>;
export type StoreState = Static<typeof storeSchema>;

/** The backup is whole, and this program is too old to read it. */
export class BackupTooNew extends Error {
  override readonly name = 'BackupTooNew';
}

/** @throws BackupDamaged, BackupTooNew */
export function parseManifest(text: string): Manifest {
  const parsed = parsedJson(text);
  const format = formatOf(parsed);
  if (format !== null && format > backupFormat) {
    throw new BackupTooNew(
      `The backup has format ${String(format)}; this FinCore reads format ${String(backupFormat)}. Restore it with the FinCore that made it, or a newer one.`,
    );
  }
  if (Value.Check(manifestSchema, parsed)) return parsed;
  const [first] = [...Value.Errors(manifestSchema, parsed)];
  throw new BackupDamaged(
    `${manifestName} is not a manifest of format ${String(backupFormat)}: ${first === undefined ? 'it cannot be read' : `${first.path} ${first.message}`}.`,
  );
}

export const manifestText = (manifest: Manifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

export const manifestSumText = (digest: string): string => `${digest}  ${manifestName}\n`;

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BackupDamaged(`${manifestName} is not JSON.`, { cause: error });
  }
}

const formatOf = (parsed: unknown): number | null =>
  typeof parsed === 'object' && parsed !== null && 'format' in parsed && Number.isInteger(parsed.format)
    ? Number(parsed.format)
    : null;
