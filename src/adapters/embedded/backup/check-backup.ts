import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { systemErrorCode } from '../system-error-code';
import { BackupDamaged } from './backup-damaged';
import { type Manifest, manifestName, manifestSumName, manifestSumText, parseManifest } from './manifest';
import { sealOf } from './sealed-file';

/**
 * Reads every byte of a backup and compares it with the manifest, and the manifest with its own checksum.
 * @throws BackupDamaged naming the first file that is missing, shorter, longer or altered
 * @throws BackupTooNew
 */
export async function checkBackup(folder: string): Promise<Manifest> {
  const text = await readText(folder, manifestName);
  const sum = await readText(folder, manifestSumName);
  const digest = createHash('sha256').update(text).digest('hex');
  if (sum.toString('utf8') !== manifestSumText(digest)) {
    throw new BackupDamaged(
      `${manifestName} does not agree with ${manifestSumName}: one of the two was altered. Nothing was restored; take another backup.`,
    );
  }
  const manifest = parseManifest(text.toString('utf8'));
  for (const { path, bytes, sha256 } of [...manifest.tables, ...manifest.files]) {
    const seal = await readable(path, () => sealOf(join(folder, path)));
    if (seal.bytes !== bytes)
      throw new BackupDamaged(
        `${path} has ${String(seal.bytes)} bytes; the manifest says ${String(bytes)}. Nothing was restored; take another backup.`,
      );
    if (seal.sha256 !== sha256)
      throw new BackupDamaged(
        `${path} was altered: its SHA-256 is ${seal.sha256}; the manifest says ${sha256}. Nothing was restored; take another backup.`,
      );
  }
  return manifest;
}

const readText = (folder: string, name: string): Promise<Buffer> =>
  readable(name, () => readFile(join(folder, name)));

async function readable<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new BackupDamaged(
      `${name} is missing. Nothing was restored; name a folder that fincore backup wrote, or take another backup.`,
      { cause: error },
    );
  }
}
