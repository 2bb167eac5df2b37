import type { Alteration } from './alteration';

/** What is to go wrong with the delivery of one event to one endpoint. */
export interface DeliveryFaults {
  readonly isLost: boolean;
  readonly copies: number;
  readonly delayMs: number;
  readonly alterSignature: (signature: string) => string;
  /** The fields that the event shows otherwise than the object had them. */
  readonly alterations: readonly Alteration[];
}

export const noDeliveryFaults: DeliveryFaults = {
  isLost: false,
  copies: 1,
  delayMs: 0,
  alterSignature: (signature) => signature,
  alterations: [],
};
