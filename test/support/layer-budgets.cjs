/**
 * Seconds of test time that each layer may take in the gate, summed over its suites (three run at a time). A layer over
 * its budget is marked, never failed: how long a test takes depends on the machine.
 */
const budgets = {
  unit: 120,
  contract: 420,
  property: 120,
  simulation: 120,
  http: 420,
  faults: 600,
  fuzz: 90,
  docs: 120,
  infra: 180,
  lambdas: 30,
  system: 120,
  browser: 60,
};

/** Prints the time of each layer beside its budget, and the count of tests in one plain line. */
module.exports = class LayerBudgets {
  #seconds = new Map();

  onTestResult({ context }, { perfStats }) {
    const layer = context.config.displayName.name;
    this.#seconds.set(layer, (this.#seconds.get(layer) ?? 0) + perfStats.runtime / 1_000);
  }

  onRunComplete(_, { numPassedTests, numFailedTests, numPendingTests }) {
    const rows = [...this.#seconds].sort(([, one], [, other]) => other - one);
    const row = (layer, took, budget, mark) =>
      `${layer.padEnd(12)}${took.padStart(8)}${budget.padStart(8)}  ${mark}\n`;
    process.stdout.write(`\n${row('layer', 'seconds', 'budget', '')}`);
    for (const [layer, seconds] of rows) {
      const budget = budgets[layer] ?? 0;
      process.stdout.write(
        row(layer, seconds.toFixed(0), String(budget), seconds > budget ? 'over its budget' : ''),
      );
    }
    const skipped = numPendingTests > 0 ? `, ${String(numPendingTests)} skipped` : '';
    process.stdout.write(`\n${String(numPassedTests)} passed, ${String(numFailedTests)} failed${skipped}\n`);
  }
};
