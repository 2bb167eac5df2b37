/** A backup that is not, byte for byte, what was written; the message names the file. Nothing was restored. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';
}
