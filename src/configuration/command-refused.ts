/** A command that cannot be carried out as it was given; the message says why and what is allowed. */
export class CommandRefused extends Error {
  override readonly name: string = 'CommandRefused';
}

/** A command that no installation could carry out, because the command line itself is wrong. */
export class WrongUsage extends CommandRefused {
  override readonly name = 'WrongUsage';
}
