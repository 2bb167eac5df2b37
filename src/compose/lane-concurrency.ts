/** A tenant that is alone leaves some places free, for the first job of another one. */
const shareOfPlaces = 3 / 4;

/** Jobs of one lane in progress at once, where a queue says nothing else: of two places or more, one is left to others. */
export const defaultLaneConcurrency = (concurrency: number): number =>
  // One place goes to one tenant after the other: a job then waits for the job before it.
  Math.max(1, Math.floor(concurrency * shareOfPlaces));
