/** What is to go wrong with the delivery of one event to one endpoint. */
export interface DeliveryFaults {
  readonly isLost: boolean;
  readonly copies: number;
  readonly delayMs: number;
  readonly alter: (signature: string) => string;
}

export const noDeliveryFaults: DeliveryFaults = {
  isLost: false,
  copies: 1,
  delayMs: 0,
  alter: (signature) => signature,
};
