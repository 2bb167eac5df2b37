import { type AlarmDefinition, levelInWords } from './alarm-definition';
import { alarmCatalogue, alarmIds } from './alarm-catalogue';

const head = `# Alarms

Every alarm of a stage on AWS. \`page\` wakes the engineer on call (PagerDuty, e-mail, Slack); \`warn\` is read on the next working day
(e-mail, Slack). Each message says whom it hurts and the first steps; the page has the commands. A stage whose tasks rest at
night has no alarm that silence would set off every evening.

This page is generated: \`npm run docs\` writes it from \`lib/observability/alarm-catalogue.ts\`.

| alarm | severity | what is measured | goes off | for | silence |
|---|---|---|---|---|---|
`;

const silences: Readonly<Record<AlarmDefinition['silence'], string>> = {
  breaching: 'goes off',
  'not-breaching': 'is well',
  'as-before': 'changes nothing',
};

/** The text of docs/reference/alarms.md. */
export function alarmPage(): string {
  const rows = alarmIds.flatMap((id) => {
    const definition: AlarmDefinition = alarmCatalogue[id];
    const { levels, measured, within, periodMinutes, silence } = definition;
    const lasting = `${String(within.breaching)} of ${String(within.periods)} × ${durationInWords(periodMinutes)}`;
    return levels.map(
      (level) =>
        `| [\`${id}\`](../runbook/${id}.md) | ${level.severity} | ${measured} | ${levelInWords(definition, level)} | ${lasting} | ${silences[silence]} |\n`,
    );
  });
  const impacts = alarmIds.map((id) => `| \`${id}\` | ${alarmCatalogue[id].impact} |\n`);
  return `${head}${rows.join('')}\n## Whom they hurt\n\n| alarm | impact |\n|---|---|\n${impacts.join('')}`;
}

function durationInWords(minutes: number): string {
  if (minutes % (24 * 60) === 0) return `${String(minutes / (24 * 60))} d`;
  return minutes % 60 === 0 ? `${String(minutes / 60)} h` : `${String(minutes)} min`;
}
