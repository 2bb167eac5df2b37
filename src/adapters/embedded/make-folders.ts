import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemErrorCode } from './system-error-code';

/**
 * Makes a folder and what is missing above it. Node.js's own recursive mkdir never comes to its end where the system
 * answers ENOENT below a folder that exists, as /proc does.
 * @returns the folders that were missing, the outermost first
 * @throws the system's error
 */
export async function makeFolders(path: string, mode?: number): Promise<readonly string[]> {
  const missing = (await missingFolders(resolve(path))).reverse();
  for (const folder of missing) await mkdir(folder, mode === undefined ? {} : { mode }).catch(unlessMade);
  return missing;
}

/** The folder and those above it that do not exist, the innermost first; as many at most as the path has parts. */
async function missingFolders(path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = path; !(await exists(folder)); folder = dirname(folder)) missing.push(folder);
  return missing;
}

async function exists(path: string): Promise<boolean> {
  try {
    // With the slash, the system refuses what is no folder.
    await stat(`${path}/`);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

/** Somebody else may make the same folder at the same time. */
function unlessMade(error: unknown): void {
  if (systemErrorCode(error) !== 'EEXIST') throw error;
}
