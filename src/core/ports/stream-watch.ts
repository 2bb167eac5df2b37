/** Tells when a stream changes, so that an answer can wait for an outcome without polling. */
export interface StreamWatch {
  /** Begins to watch; read the stream after this, and nothing is missed. */
  watch(stream: string): {
    /** Resolves true soon after the next change, false when `timeoutMs` passed without one. */
    changed(timeoutMs: number): Promise<boolean>;
    stop(): void;
  };
}
