import type { Log } from '../../core/ports';
import { failureInWords } from './failure-in-words';

/** What happens beside a command, a line each: of an error the words alone, since drivers hang whole connections on theirs. */
export function commandLog(output: { tell(line: string): void }): Log {
  const tell = (facts: object, message: string) =>
    output.tell(
      'err' in facts ? `${message}: ${failureInWords(facts.err)}` : `${message} ${JSON.stringify(facts)}`,
    );
  return { info: tell, warn: tell, error: tell };
}
