import { execFileSync } from 'node:child_process';
import { cloud } from '../../../bin/cloud';
import { createCommandLine } from '../../../src/cli/command-line';
import { completionScript } from '../../../src/cli/completion';

const silent = { print: () => undefined, tell: () => undefined };
const script = completionScript(createCommandLine(silent, {}, cloud), 'bash');

/** What bash offers when the cursor stands behind these words; the last one is being typed. */
function offered(...words: readonly string[]): readonly string[] {
  const asked = `${script}
COMP_WORDS=(fincore "$@"); COMP_CWORD=$#; _fincore; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', asked, 'bash', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

test('offers the commands that begin with what is typed', () => {
  expect(offered('')).toEqual(expect.arrayContaining(['merchant', 'jobs', 'verify', 'version', 'doctor']));
  expect(offered('')).not.toContain('docs');
  expect(offered('ver')).toEqual(['verify', 'version']);
});

test('offers what follows a command: commands of it, values of its argument, its options', () => {
  expect(offered('merchant', 'key', 'r')).toEqual(['rotate', 'revoke']);
  expect(offered('rebuild', '')).toEqual(expect.arrayContaining(['payments', 'ledger', 'audit', '--json']));
  expect(offered('verify', '--w')).toEqual(['--watch', '--whole-every']);
});

test('offers the values that an option takes', () => {
  expect(offered('jobs', 'list', '--queue', '')).toEqual(['payments', 'payments-follow-up', 'webhooks']);
  expect(offered('merchant', 'key', 'issue', 'mer_1', '--kind', 'p')).toEqual(['publishable']);
});

test('zsh takes the script of bash by its own emulation', () => {
  const zsh = completionScript(createCommandLine(silent, {}, cloud), 'zsh');
  expect(zsh).toBe(`autoload -U +X bashcompinit && bashcompinit\n${script}`);
});
