import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'playwright-core';
import { devDependencies } from '../../../package.json';

const version = devDependencies['@sparticuz/chromium'];
const folder = join(process.cwd(), 'node_modules', '.cache', `chromium-${version}`);
const unpackTimeoutMs = 120_000;

/**
 * How a browser is launched here: the one that `FINCORE_TEST_CHROMIUM` names, on Linux x64 the one of the package, and
 * elsewhere Chrome where it is installed.
 */
export async function findBrowser(): Promise<LaunchOptions> {
  const { FINCORE_TEST_CHROMIUM: named } = process.env;
  if (named !== undefined) return { executablePath: named, args: ['--no-sandbox'] };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome' };
  if (!(await exists(folder))) await unpack();
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Unpacks aside and moves the whole into its place: a folder that is there is complete. */
async function unpack(): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const aside = await mkdtemp(`${folder}-`);
  try {
    await promisify(execFile)(process.execPath, [join(__dirname, 'unpack-chromium.cjs')], {
      // The package unpacks its own NSS libraries where it believes that it runs on Lambda.
      env: { ...process.env, TMPDIR: aside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
      timeout: unpackTimeoutMs,
    });
    await writeFile(join(aside, 'fonts.conf'), fontsConfiguration(folder));
    await rename(aside, folder).catch(async (error: unknown) => {
      // Another run was the first.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Without fonts of its own, text is blank on a machine that has none. */
const fontsConfiguration = (root: string): string =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${root}/fonts</dir><cachedir>${root}/fonts-cache</cachedir></fontconfig>\n`;
