import type { FaultRule } from './fault-rule';
import { seededRandom } from './seeded-random';

/** A rule at work: it draws from its own seed, and knows how often it may still strike. */
export class ArmedFault<R extends FaultRule> {
  readonly random: () => number;
  private fired = 0;

  constructor(readonly rule: R) {
    this.random = seededRandom(rule.seed);
  }

  get firedTimes(): number {
    return this.fired;
  }

  /** Whether it strikes this time. Draws only where it applies, so that other traffic does not change the sequence. */
  strikes(): boolean {
    if (this.rule.times !== undefined && this.fired >= this.rule.times) return false;
    if (this.random() >= this.rule.rate) return false;
    this.fired += 1;
    return true;
  }
}

export const fits = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || (pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern);

export const carries = (
  wanted: Readonly<Record<string, string>> | undefined,
  metadata: Readonly<Record<string, unknown>> | undefined,
): boolean =>
  wanted === undefined || Object.entries(wanted).every(([key, value]) => metadata?.[key] === value);
