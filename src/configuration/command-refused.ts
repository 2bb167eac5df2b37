/** A command that cannot be carried out as it was given; the message says why and what is allowed. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}
