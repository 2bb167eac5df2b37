import { stages } from '../../lib/config/stages';
import { totalOf, usdOf } from '../../lib/cost/cost-line';
import { confirmedShare } from '../../lib/cost/confirmed-prices';
import { costReport } from '../../lib/cost/cost-report';
import { estimateCost } from '../../lib/cost/estimate';
import { perPayment } from '../../lib/cost/usage-of-payments';
import { keptTraceShare } from '../../src/api/plugins/trace-context';
import { type PriceName, type UnitPrice, unitPrices } from '../../lib/cost/unit-prices';

const everyStage = Object.values(stages);

test('dev idles under 100 USD a month', () => {
  expect(estimateCost(stages.dev, 0).totalUsd).toBeLessThan(100);
});

test.each(everyStage)('$stage costs more with every payment, and never less than idle', (stage) => {
  const totals = [0, 1_000, 1_000_000, 100_000_000].map((payments) => estimateCost(stage, payments).totalUsd);
  expect(totals).toEqual([...totals].sort((left, right) => left - right));
  expect(new Set(totals).size).toBe(totals.length);
  expect(totals[0]).toBe(estimateCost(stage, 0).idleUsd);
});

test('a stage with more in it costs more', () => {
  const [dev, staging, production] = everyStage
    .map((stage) => estimateCost(stage, 0).idleUsd)
    .sort((left, right) => left - right);
  expect([dev, staging, production]).toEqual(
    [stages.dev, stages.staging, stages.production].map((stage) => estimateCost(stage, 0).idleUsd),
  );
});

test('tasks that rest at night cost their hours only', () => {
  const { dev } = stages;
  const awake = { ...dev, compute: { ...dev.compute, workingHours: { kind: 'always' as const } } };
  const tasks = (stage: typeof dev) =>
    totalOf(estimateCost(stage, 0).idle.filter(({ item }) => item.includes('tasks')));
  expect(tasks(awake) / tasks(dev)).toBeCloseTo((24 * 7) / (12 * 5), 5);
});

test('a price is multiplied by what goes beyond the free part', () => {
  const price = unitPrices.alarmMetric;
  expect(usdOf({ item: 'Alarms', price: 'alarmMetric', quantity: price.free + 5 })).toBeCloseTo(
    5 * price.usd,
  );
  expect(usdOf({ item: 'Alarms', price: 'alarmMetric', quantity: price.free - 5 })).toBe(0);
});

test('a price whose number was read for another region only lies where regions lie', () => {
  const elsewhere = Object.values(unitPrices).flatMap(({ usd, read }: UnitPrice) =>
    read.kind === 'elsewhere' ? [usd / read.usd] : [],
  );
  expect(elsewhere.length).toBeGreaterThan(0);
  for (const ratio of elsewhere) {
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThan(1.34);
  }
});

test('the share at confirmed prices leaves out what was not found', () => {
  const confirmed = { item: 'Load balancer', price: 'loadBalancer', quantity: 100 } as const;
  const open = { item: 'NAT instance', price: 'natInstanceNano', quantity: 100 } as const;
  expect(confirmedShare([confirmed])).toBe(1);
  expect(confirmedShare([open])).toBe(0);
  expect(confirmedShare([confirmed, open])).toBeCloseTo(
    unitPrices.loadBalancer.usd / (unitPrices.loadBalancer.usd + unitPrices.natInstanceNano.usd),
  );
});

test('every price belongs to something that a stage may have', () => {
  const { production } = stages;
  const other = {
    ...production,
    stream: { ...production.stream, capacity: { kind: 'on-demand' as const } },
    database: {
      ...production.database,
      capacity: { kind: 'serverless' as const, minimumAcu: 1, maximumAcu: 2 },
    },
  };
  const used = new Set<PriceName>(
    [...everyStage, other].flatMap((stage) => {
      const { idle, traffic } = estimateCost(stage, 1);
      return [...idle, ...traffic].map(({ price }) => price);
    }),
  );
  expect([...used].sort()).toEqual(Object.keys(unitPrices).sort());
});

test('as many traces are counted as the API and the functions keep', () => {
  const { requests, functionInvocations, traces } = perPayment;
  expect(traces).toBe((requests + functionInvocations) / keptTraceShare);
});

test('the report adds up, to the cent', () => {
  const lines = costReport(stages.production, 2_000_000);
  const usd = (line = ''): number => Number(/ ([\d,]+\.\d\d)(?: |$)/.exec(line)?.[1]?.replaceAll(',', ''));
  const sums = ['Idle', 'Payments', 'In all'].map((name) =>
    usd(lines.find((line) => line.startsWith(`${name} `))),
  );
  const [idle = 0, payments = 0, all = 0] = sums;
  expect(idle + payments).toBeCloseTo(all, 1);
  expect(lines[0]).toBe('production, 2,000,000 payments a month, USD a month');
});
