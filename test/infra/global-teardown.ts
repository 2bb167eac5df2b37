import { rmSync } from 'node:fs';
import { synthesisFolder } from './synthesis-folder';

export default function globalTeardown(): void {
  const folder = process.env[synthesisFolder];
  if (folder === undefined) return;
  Reflect.deleteProperty(process.env, synthesisFolder);
  rmSync(folder, { recursive: true, force: true });
}
