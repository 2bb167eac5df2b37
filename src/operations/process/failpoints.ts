import { CommandRefused } from '../../configuration/command-refused';
import type {
  AuthorizeRequest,
  CaptureAtPspRequest,
  Journal,
  PspGateway,
  Reader,
  RefundAtPspRequest,
} from '../../core/ports';

/**
 * Places where a test kills this process, as a power cut would. Armed by FINCORE_FAILPOINT=<name>[:<n>], which is for
 * tests only: the process dies when it comes to the place for the n-th time.
 */
export const failpointNames = ['after_commit', 'before_psp', 'after_psp', 'mid_batch'] as const;
export type FailpointName = (typeof failpointNames)[number];

export interface Failpoints {
  /** Dies between the commit and everything that follows it, the answer included. */
  journal(journal: Journal): Journal;
  /** Dies just before, or just after, a call to the PSP. */
  gateway<Gateway extends PspGateway>(gateway: Gateway): Gateway;
  /** Dies while a reader's transaction is open. */
  reader(reader: Reader): Reader;
}

const nothing: Failpoints = {
  journal: (journal) => journal,
  gateway: (gateway) => gateway,
  reader: (reader) => reader,
};

/** @param armed the variable's value; undefined arms nothing and costs nothing */
export function createFailpoints(armed: string | undefined, die: () => void = dieNow): Failpoints {
  if (armed === undefined || armed === '') return nothing;
  const [name = '', times = '1'] = armed.split(':');
  if (!failpointNames.some((known) => known === name) || !/^[1-9]\d{0,8}$/.test(times)) {
    throw new CommandRefused(
      `FINCORE_FAILPOINT is "${armed}"; allowed is one of ${failpointNames.join(', ')}, with :<n> behind it.`,
    );
  }
  let left = Number(times);
  const reach = (here: FailpointName) => {
    if (here === name && (left -= 1) === 0) die();
  };
  return {
    journal: (journal) => ({
      ...journal,
      async append(append) {
        const outcome = await journal.append(append);
        reach('after_commit');
        return outcome;
      },
    }),
    gateway: (gateway) => {
      const around =
        <Request, Outcome>(call: (request: Request) => Promise<Outcome>) =>
        async (request: Request) => {
          reach('before_psp');
          const outcome = await call(request);
          reach('after_psp');
          return outcome;
        };
      return {
        ...gateway,
        authorize: around((request: AuthorizeRequest) => gateway.authorize(request)),
        capture: around((request: CaptureAtPspRequest) => gateway.capture(request)),
        cancel: around((request: Parameters<PspGateway['cancel']>[0]) => gateway.cancel(request)),
        refund: around((request: RefundAtPspRequest) => gateway.refund(request)),
      };
    },
    reader: (reader) => ({
      ...reader,
      apply(from, events) {
        const applied = reader.apply(from, events);
        // The statements of the batch are on their way now.
        setImmediate(() => reach('mid_batch'));
        return applied;
      },
    }),
  };
}

const dieNow = () => process.kill(process.pid, 'SIGKILL');
