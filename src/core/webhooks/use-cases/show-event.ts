import type { JsonObject, TenantId } from '../../kernel';
import type { Journal, PublicEvent, RecordedEvent, Registry } from '../../ports';

/** A thing as the API shows it, after the last of these events; null when they no longer tell. */
export type ShowObject = (history: readonly RecordedEvent[], objectId: string) => JsonObject | null;

/** By the kind of thing, for example `charge`. */
export type PublicObjects = Readonly<Record<string, ShowObject>>;

/** A public event with the thing that it is about. */
export interface ShownEvent extends PublicEvent {
  /** The thing as it was after the event. What was erased since shows its kind and id alone. */
  readonly data: JsonObject;
}

/** Where a public event comes from. */
export interface EventPlace {
  readonly tenant: TenantId;
  readonly stream: string;
  readonly version: number;
}

/**
 * Shows public events from the journal: the thing of an event is the fold of its stream up to that event, so it is the
 * same whenever it is asked for. Null for a place without a public event.
 */
export const showEvent =
  (
    journal: Pick<Journal, 'readStream'>,
    { publicEventOf }: Pick<Registry, 'publicEventOf'>,
    objects: PublicObjects,
  ) =>
  async ({ tenant, stream, version }: EventPlace): Promise<ShownEvent | null> =>
    shownAt(await journal.readStream(tenant, stream), version, publicEventOf, objects);

/** The same for several events, each stream read once. */
export const showEvents =
  (
    journal: Pick<Journal, 'readStream'>,
    { publicEventOf }: Pick<Registry, 'publicEventOf'>,
    objects: PublicObjects,
  ) =>
  async (places: readonly EventPlace[]): Promise<readonly (ShownEvent | null)[]> => {
    const histories = new Map<string, Promise<readonly RecordedEvent[]>>();
    const historyOf = ({ tenant, stream }: EventPlace) => {
      const known = histories.get(stream) ?? journal.readStream(tenant, stream);
      histories.set(stream, known);
      return known;
    };
    return Promise.all(
      places.map(async (place) => shownAt(await historyOf(place), place.version, publicEventOf, objects)),
    );
  };

function shownAt(
  stream: readonly RecordedEvent[],
  version: number,
  publicEventOf: Registry['publicEventOf'],
  objects: PublicObjects,
): ShownEvent | null {
  const history = stream.slice(0, version);
  const recorded = history.at(-1);
  const event = recorded === undefined || recorded.version !== version ? null : publicEventOf(recorded);
  if (event === null) return null;
  const { object, objectId } = event;
  return { ...event, data: objects[object]?.(history, objectId) ?? { id: objectId, object } };
}
