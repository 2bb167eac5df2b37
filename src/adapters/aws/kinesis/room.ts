/** A bound on what is held, in two measures; who asks first is let in first. */
export interface Room {
  /** Resolves when there is room; one that is larger than all the room is let in when nothing is held. */
  enter(sizeBytes: number): Promise<void>;
  leave(sizeBytes: number): void;
}

export function createRoom(limits: { readonly count: number; readonly sizeBytes: number }): Room {
  let count = 0;
  let heldBytes = 0;
  const waiting: { readonly sizeBytes: number; readonly enter: () => void }[] = [];

  const fits = (sizeBytes: number) =>
    count === 0 || (count < limits.count && heldBytes + sizeBytes <= limits.sizeBytes);
  const take = (sizeBytes: number) => {
    count += 1;
    heldBytes += sizeBytes;
  };
  return {
    enter: (sizeBytes) => {
      if (waiting.length === 0 && fits(sizeBytes)) {
        take(sizeBytes);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.push({ sizeBytes, enter: resolve });
      });
    },
    leave: (sizeBytes) => {
      count -= 1;
      heldBytes -= sizeBytes;
      for (let next = waiting[0]; next !== undefined && fits(next.sizeBytes); next = waiting[0]) {
        waiting.shift();
        take(next.sizeBytes);
        next.enter();
      }
    },
  };
}
