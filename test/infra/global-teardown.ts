import { rmSync } from 'node:fs';
import { SYNTHESIS_FOLDER } from './synthesis-folder';

export default function globalTeardown(): void {
  const folder = process.env[SYNTHESIS_FOLDER];
  if (folder === undefined) return;
  Reflect.deleteProperty(process.env, SYNTHESIS_FOLDER);
  rmSync(folder, { recursive: true, force: true });
}
