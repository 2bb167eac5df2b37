import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type PageBlock, withAdditions } from './page-blocks';

const run = promisify(execFile);
const project = process.cwd();
const folders = ['src', 'lambdas', 'lib', 'bin', 'simulators'];
const files = ['build.mjs', 'package.json', 'tsconfig.json'];

/** The project in a folder of its own, to which a page is applied. */
export interface ProjectCopy {
  readonly folder: string;
  apply(blocks: readonly PageBlock[]): Promise<void>;
  /** @returns what the compiler says; empty when it says nothing */
  checkTypes(): Promise<string>;
  /** Builds the programs and the functions. */
  build(): Promise<void>;
  /** Loads a module of the copy. */
  load(path: string): Promise<unknown>;
  remove(): Promise<void>;
}

export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), `fincore-test-${String(process.pid)}-context-`));
  for (const name of [...folders, ...files])
    await cp(join(project, name), join(folder, name), { recursive: true });
  await symlink(join(project, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    async apply(blocks) {
      for (const block of blocks) {
        const place = join(folder, block.path);
        await mkdir(dirname(place), { recursive: true });
        const text = block.kind === 'file' ? block.text : withAdditions(await readFile(place, 'utf8'), block);
        await writeFile(place, text);
      }
    },
    async checkTypes() {
      const checked = { extends: './tsconfig.json', include: [...folders, 'test'] };
      await writeFile(join(folder, 'tsconfig.page.json'), JSON.stringify(checked));
      const compiler = join(folder, 'node_modules', '.bin', 'tsc');
      return run(compiler, ['-p', 'tsconfig.page.json'], { cwd: folder }).then(
        () => '',
        (error: unknown) => (isObject(error) && 'stdout' in error ? String(error.stdout) : String(error)),
      );
    },
    async build() {
      await run(process.execPath, ['build.mjs'], { cwd: folder });
    },
    async load(path) {
      const outfile = join(folder, 'dist', `${path.replaceAll('/', '-')}.cjs`);
      await build({
        entryPoints: [join(folder, path)],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        packages: 'external',
        loader: { '.sql': 'text' },
        logLevel: 'silent',
      });
      return import(outfile) as Promise<unknown>;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
