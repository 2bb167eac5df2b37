/** A block of commands in the tutorial, and what it prints. */
export interface Step {
  /** The heading that the step stands under. */
  readonly heading: string;
  /**
   * `once`: run as it stands; `eventually`: until the answer is the expected one; `restart`: after a stop and a
   * start; `terminal`: what a person does in the other terminal.
   */
  readonly manner: 'once' | 'eventually' | 'restart' | 'terminal';
  readonly commands: string;
  /** Null where the page shows no answer. */
  readonly expected: string | null;
}

const block = /^```sh(?: (eventually|restart|terminal))?\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```\n)?/gm;

export function tutorialSteps(page: string): readonly Step[] {
  return page.split(/^## /m).flatMap((section) => {
    const [heading = ''] = section.split('\n', 1);
    return [...section.matchAll(block)].map(([, manner, commands = '', expected]) => ({
      heading,
      manner: (manner ?? 'once') as Step['manner'],
      commands,
      expected: expected ?? null,
    }));
  });
}

/** The shown answer as a pattern: `…` is anything, a line of its own any number of lines. */
export function patternOf(expected: string): RegExp {
  const lines = expected.trimEnd().split('\n');
  const parts = lines.map((line) =>
    line === '…' ? String.raw`(?:.*\n)*?` : `${line.split('…').map(escaped).join('.*?')}\\n`,
  );
  return new RegExp(`^${parts.join('')}$`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
