const firstCapacity = 256;

/**
 * Numbers by key, in about 20 bytes an entry: the keys themselves are not kept, only a hash of each. A key may find
 * numbers of another key, so callers compare what they find.
 */
export class HashIndex {
  private count = 0;
  private hashes = new Uint32Array(0);
  private numbers = new Uint32Array(0);
  /** The entry that follows in the same bucket, counted from 1; 0 ends the chain. */
  private next = new Uint32Array(0);
  /** The first entry of each bucket, counted from 1. */
  private buckets = new Uint32Array(0);

  add(key: string, number: number): void {
    this.append(hashOf(key), number);
  }

  /** Adds what {@link pairs} of another index gave. */
  load(pairs: Uint32Array): void {
    for (let index = 0; index < pairs.length; index += 2)
      this.append(pairs[index] ?? 0, pairs[index + 1] ?? 0);
  }

  /** Hash and number of every entry, one behind the other, for the numbers from `least` on. */
  pairs(least: number): Uint32Array {
    const pairs = new Uint32Array(2 * this.count);
    let length = 0;
    for (let entry = 0; entry < this.count; entry += 1) {
      const number = this.numbers[entry] ?? 0;
      if (number < least) continue;
      pairs[length] = this.hashes[entry] ?? 0;
      pairs[length + 1] = number;
      length += 2;
    }
    return pairs.subarray(0, length);
  }

  /** The numbers that were added under the key, and perhaps some others; the latest first. */
  find(key: string): readonly number[] {
    if (this.count === 0) return [];
    const hash = hashOf(key);
    const found: number[] = [];
    for (let entry = this.buckets[hash & (this.buckets.length - 1)] ?? 0; entry !== 0;) {
      if (this.hashes[entry - 1] === hash) found.push(this.numbers[entry - 1] ?? 0);
      entry = this.next[entry - 1] ?? 0;
    }
    return found;
  }

  private append(hash: number, number: number): void {
    if (this.count === this.hashes.length) this.grow();
    const entry = this.count;
    this.count += 1;
    this.hashes[entry] = hash;
    this.numbers[entry] = number;
    this.link(entry);
  }

  private link(entry: number): void {
    const bucket = (this.hashes[entry] ?? 0) & (this.buckets.length - 1);
    this.next[entry] = this.buckets[bucket] ?? 0;
    this.buckets[bucket] = entry + 1;
  }

  private grow(): void {
    const capacity = Math.max(firstCapacity, Math.ceil(this.count * 1.5));
    this.hashes = grown(this.hashes, capacity);
    this.numbers = grown(this.numbers, capacity);
    this.next = grown(this.next, capacity);
    if (capacity <= this.buckets.length) return;
    // A power of two, so that a hash is cut to a bucket by its bits.
    this.buckets = new Uint32Array(2 ** Math.ceil(Math.log2(capacity)));
    for (let entry = 0; entry < this.count; entry += 1) this.link(entry);
  }
}

function grown(array: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(capacity);
  larger.set(array);
  return larger;
}

/** FNV-1a over UTF-16 units, in 32 bits, with its bits mixed once more. @source RFC 9923 */
function hashOf(key: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x0100_0193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
