import { checkShape } from '../../lib/config/check-shape';
import { stageConfigurationPage } from '../../lib/config/stage-configuration-page';
import { stages } from '../../lib/config/stages';

interface Row {
  readonly value: string;
  readonly meaning: string;
}

const rows = new Map(
  [...stageConfigurationPage().matchAll(/^\| `([\w.]+)` \| (.*?) \| (.*) \|$/gm)].map(
    ([, setting = '', value = '', meaning = '']): [string, Row] => [setting, { value, meaning }],
  ),
);

/** The settings of a stage with their values; a list counts as one. */
const settingsOf = (value: unknown, path: readonly string[] = []): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, child]) => settingsOf(child, [...path, name]))
    : [[path.join('.'), value]];

function changed(stage: object, setting: string, value: unknown): unknown {
  const [name = '', ...rest] = setting.split('.');
  const inner: unknown = Reflect.get(stage, name);
  return {
    ...stage,
    [name]:
      rest.length > 0 && typeof inner === 'object' && inner !== null
        ? changed(inner, rest.join('.'), value)
        : value,
  };
}

describe.each(Object.values(stages))('the page, read for $stage', (stage) => {
  it('has a row for every setting', () => {
    const missing = settingsOf(stage).filter(([setting]) => !rows.has(setting));
    expect(missing).toEqual([]);
  });

  it('names the bounds that are enforced', () => {
    const numbers = settingsOf(stage).flatMap(([setting, value]) => {
      const [, least, most] = /^([\d,]+) to ([\d,]+)/.exec(rows.get(setting)?.value ?? '') ?? [];
      return typeof value !== 'number' || least === undefined || most === undefined
        ? []
        : [{ setting, least: Number(least.replaceAll(',', '')), most: Number(most.replaceAll(',', '')) }];
    });
    expect(numbers.length).toBeGreaterThan(15);
    for (const { setting, least, most } of numbers) {
      const isAllowed = (value: number) => checkShape(changed(stage, setting, value)).ok;
      expect([setting, [least - 1, least, most, most + 1].map(isAllowed)]).toEqual([
        setting,
        [false, true, true, false],
      ]);
    }
  });
});

test('every setting has a meaning in whole sentences', () => {
  expect(rows.size).toBeGreaterThan(60);
  for (const [setting, { value, meaning }] of rows) {
    expect([setting, value]).toEqual([setting, expect.stringMatching(/^\S.+$/)]);
    expect([setting, meaning]).toEqual([setting, expect.stringMatching(/^[A-Z].*\.$/)]);
  }
});
