import type { StageConfiguration } from '../config/stage-configuration';
import { totalOf, usdOf } from './cost-line';
import { confirmedPrices, confirmedShare } from './confirmed-prices';
import { usdInWords } from './cost-report';
import { estimateCost } from './estimate';
import { type Reading, addressOf, pricesRegion, unitPrices } from './unit-prices';
import { keptMonths, perPayment } from './usage-of-payments';

const million = 1_000_000;
const positionsShown = 8;

/** The text of docs/cost.md. */
export function costPage(stages: readonly StageConfiguration[]): string {
  return [head, summary(stages), ...stages.map(section), assumptions, prices()].join('\n');
}

const head = `# What a stage costs

An estimate from the configuration of each stage (\`lib/config/stages\`), in USD a month: list prices of ${pricesRegion},
without tax, discounts and savings plans, and with the free tiers that do not end. How far each price is confirmed stands
[below](#unit-prices). For other numbers of payments:

\`\`\`sh
npx fincore cost --stage production --payments-per-month 3000000
\`\`\`

This page is generated: \`npm run docs\` writes it from \`lib/cost\`.
`;

function summary(stages: readonly StageConfiguration[]): string {
  const rows = stages.map((stage) => {
    const { idle, idleUsd, trafficUsd, totalUsd } = estimateCost(stage, million);
    const confirmed = `${(100 * confirmedShare(idle)).toFixed(0)}%`;
    return `| ${stage.stage} | ${usdInWords(idleUsd)} | ${confirmed} | ${usdInWords(trafficUsd)} | ${usdInWords(totalUsd)} |`;
  });
  return [
    '| stage | idle | of it at confirmed prices | a million payments | in all |',
    '|---|---:|---:|---:|---:|',
    ...rows,
    '',
  ].join('\n');
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
| traces | ${String(perPayment.traces)} |
| lines of logs | ${String(perPayment.logBytes)} bytes |

Data is counted as it lies after ${String(keptMonths)} months of this traffic. Tasks and database capacity beyond the minimum are not counted: they
follow the peak of a day, which a number of payments a month does not tell. Nor is support, and nor are builds. A key that is
renewed every year costs as much again after its first and after its second renewal, and no more after that: the keys of a stage
that is protected are counted three times. Nodes of the cache are counted by their memory at the price of the smallest kind, which
is too much for larger ones.
`;

const pricesHead = `## Unit prices

${confirmedPrices()}: a quotation of AWS's price list says the same number for ${pricesRegion}, or one
for all regions. Of the others either only the price of another region was found, which is named, or nothing. No price was read
on the page of AWS itself, of which copies show no numbers by region: compare it before a budget rests on it. The price of Spot
capacity moves with the market; 30% of the usual price is assumed.
`;

function prices(): string {
  const rows = Object.values(unitPrices).map(
    ({ usd, per, page, read }) =>
      `| ${per} | ${String(usd)} | [${page}](${addressOf(page)}) | ${readingInWords(read)} |`,
  );
  return [pricesHead, '| per | USD | published | confirmed |', '|---|---:|---|---|', ...rows, ''].join('\n');
}

function readingInWords(read: Reading): string {
  if (read.kind === 'confirmed') return read.on;
  return read.kind === 'elsewhere' ? `no; ${read.region}: ${String(read.usd)}` : 'no';
}
