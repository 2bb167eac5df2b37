import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const ownerOnly = 0o700;

/**
 * Makes a folder and what is missing above it. Node.js's own recursive mkdir never comes to its end where the system
 * answers ENOENT below a folder that exists, as /proc does. @throws the system's error
 */
export async function makeFolders(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.reverse()) await mkdir(folder, { mode: ownerOnly }).catch(unlessMade);
}

async function exists(path: string): Promise<boolean> {
  try {
    // With the slash, the system refuses what is no folder.
    await stat(`${path}/`);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

/** Somebody else may make the same folder at the same time. */
function unlessMade(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
