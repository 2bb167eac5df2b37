/** What an event says to those outside: what kind of thing changed, which one, and how. */
export interface PublicFact {
  /** For example `charge.succeeded`. */
  readonly type: string;
  /** The kind of thing, for example `charge`. */
  readonly object: string;
  /** Its id. */
  readonly objectId: string;
}

/** A fact of the journal as merchants see it. Immutable, like the event that it is made of. */
export interface PublicEvent extends PublicFact {
  /** `evt_…`: made of the stream's subject and the version, so that every reader makes the same. */
  readonly id: string;
  readonly tenant: string;
  readonly stream: string;
  /** Of the stream: events of one subject have an order, which is that of their versions. */
  readonly subject: string;
  /** The version of the stream that the thing is shown at. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** `evt_` with what follows the type prefix of the subject's id, and the version. */
export const publicEventId = (subject: string, version: number): string =>
  `evt_${subject.slice(subject.indexOf('_') + 1)}_${String(version)}`;
