import type { StageConfiguration } from '../config/stage-configuration';
import { totalOf, usdOf } from './cost-line';
import { usdInWords } from './cost-report';
import { estimateCost } from './estimate';
import { addressOf, pricesAsOf, pricesRegion, unitPrices } from './unit-prices';
import { keptMonths, perPayment } from './usage-of-payments';

const million = 1_000_000;
const positionsShown = 8;

/** The text of docs/cost.md. */
export function costPage(stages: readonly StageConfiguration[]): string {
  return [head, summary(stages), ...stages.map(section), assumptions, prices()].join('\n');
}

const head = `# What a stage costs

An estimate from the configuration of each stage (\`lib/config/stages\`), in USD a month: list prices of ${pricesRegion} as of ${pricesAsOf},
without tax, discounts and savings plans, and with the free tiers that do not end. For other numbers of payments:

\`\`\`sh
npx fincore cost --stage production --payments-per-month 3000000
\`\`\`

This page is generated: \`npm run docs\` writes it anew from \`lib/cost\`.
`;

function summary(stages: readonly StageConfiguration[]): string {
  const rows = stages.map((stage) => {
    const { idleUsd, trafficUsd, totalUsd } = estimateCost(stage, million);
    return `| ${stage.stage} | ${usdInWords(idleUsd)} | ${usdInWords(trafficUsd)} | ${usdInWords(totalUsd)} |`;
  });
  return ['| stage | idle | a million payments | in all |', '|---|---:|---:|---:|', ...rows, ''].join('\n');
}

function section(stage: StageConfiguration): string {
  const { idle } = estimateCost(stage, 0);
  const sorted = [...idle].sort((left, right) => usdOf(right) - usdOf(left));
  const rest = sorted.slice(positionsShown);
  const rows = sorted.slice(0, positionsShown).map((line) => `| ${line.item} | ${usdInWords(usdOf(line))} |`);
  return [
    `## ${stage.stage}, idle`,
    '',
    '| position | USD |',
    '|---|---:|',
    ...rows,
    `| ${String(rest.length)} smaller ones | ${usdInWords(totalOf(rest))} |`,
    '',
  ].join('\n');
}

const assumptions = `## What is assumed of a payment

A charge that is captured at once, with its job, its notice from the PSP and one look-up.

| | each payment |
|---|---:|
| events in the journal | ${String(perPayment.events)} of ${String(perPayment.journalBytes)} bytes |
| read model, ledger and audit trail | ${String(perPayment.bookBytes)} bytes |
| requests to the API | ${String(perPayment.requests)} of ${String(perPayment.requestBytes)} bytes |
| requests to queues | ${String(perPayment.queueRequests)} |
| time of functions | ${String(perPayment.functionSeconds)} s |
| lines of logs | ${String(perPayment.logBytes)} bytes |

Data is counted as it lies after ${String(keptMonths)} months of this traffic. Tasks and database capacity beyond the minimum are not counted: they
follow the peak of a day, which a number of payments a month does not tell. Nor is support, and nor are builds.
`;

function prices(): string {
  const rows = Object.values(unitPrices).map(
    ({ usd, per, page }) => `| ${per} | ${String(usd)} | [${page}](${addressOf(page)}) |`,
  );
  return ['## Unit prices', '', '| per | USD | published |', '|---|---:|---|', ...rows, ''].join('\n');
}
