import { operatorTenant } from '../kernel';
import { type Handled, type Journal, handleCommand } from '../ports';
import {
  type DeadLetter,
  type ResolveDeadLetter,
  deadLetterCodec,
  deadLetterDecider,
  deadLetterStream,
  decideResolution,
} from './dead-letter';

/**
 * Keeps in the journal that a dead letter is resolved: what it was, who decided, why and when. Repeating it for the same
 * death changes nothing.
 * @throws VersionConflict after three tries
 */
export const resolveDeadLetter =
  (journal: Journal) =>
  (command: ResolveDeadLetter, correlationId: string): Promise<Handled<DeadLetter, never>> =>
    handleCommand(
      journal,
      { decider: deadLetterDecider, codec: deadLetterCodec },
      deadLetterStream(command.letter.id),
      (letter) => decideResolution(letter, command),
      {
        tenant: operatorTenant,
        metadata: { actor: `operator:${command.resolvedBy}`, correlationId },
      },
    );
