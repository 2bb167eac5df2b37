import type { ChargeId } from '../../../src/core/kernel';
import type { PspGateway } from '../../../src/core/ports';

/** What goes wrong with the next request that could have an effect. */
export type WriteFault = 'unavailable' | 'lost_before' | 'lost_after';

export interface ReceivedNotice {
  readonly rawBody: Buffer;
  readonly signature: string;
}

/** A gateway and the PSP behind it. */
export interface PspUnderTest {
  readonly gateway: PspGateway;
  /** Arms one fault; look-ups pass. */
  failNext(fault: WriteFault): void;
  /** The payer confirms or refuses on the page of the next action. */
  authenticate(pspReference: string, decision: 'succeed' | 'fail'): Promise<void>;
  /** The payer pays a payment that failed with another card; rejects once that is no longer possible. */
  payAgain(pspReference: string): Promise<void>;
  /** A person gives money back at the PSP itself. */
  refundByHand(pspReference: string, amountMinor: bigint): Promise<void>;
  /** Lets refunds that are pending, or that fail later, come to their end; returns once the PSP has been told to. */
  settleRefunds(): Promise<void>;
  /** How many payments of the charge hold or took money, as the PSP itself counts. */
  chargesOf(chargeId: ChargeId): Promise<number>;
  /** The notices that the PSP has sent so far. */
  notices(): readonly ReceivedNotice[];
  close(): Promise<void>;
}

export type OpenPsp = () => Promise<PspUnderTest>;
