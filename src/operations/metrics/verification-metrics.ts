import { Counter, Gauge, type Registry } from 'prom-client';
import type { VerificationRound } from '../../verification/watch';

const outcomes = ['sound', 'fault', 'failed'] as const satisfies readonly VerificationRound['outcome'][];

/** What Prometheus learns of the verification that runs in the background. */
export function registerVerification(registry: Registry): (ended: VerificationRound) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `fincore_verification_${name}`, help, registers: [] });
  const isSound = gauge('sound', '1 when the last round found the books sound, 0 when it found a fault.');
  const ended = gauge('ended_timestamp_seconds', 'When the last round ended that looked at the stores.');
  const duration = gauge('duration_seconds', 'How long that round took.');
  const position = gauge('position', 'Events of the journal up to here are verified.');
  const rounds = new Counter({
    name: 'fincore_verification_rounds_total',
    help: 'Rounds by outcome; failed: the books could not be looked at.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of outcomes) rounds.inc({ outcome }, 0);
  return (round) => {
    rounds.inc({ outcome: round.outcome });
    // A round that could not look says nothing about the stores: the time of the last one that did grows old.
    if (round.outcome === 'failed') return;
    isSound.set(round.outcome === 'sound' ? 1 : 0);
    ended.set(round.endedAtMs / 1_000);
    duration.set(round.durationMs / 1_000);
    position.set(round.position);
    // Before the first round nobody knows, and a 0 would be a fault that nobody found.
    for (const known of [isSound, ended, duration, position]) registry.registerMetric(known);
  };
}
