/** The largest body that is read. */
export const bodyLimitBytes = 1_048_576;

/** A request must arrive in full within this time, header and body. */
export const requestTimeoutMs = 30_000;

/** An idle connection is kept this long: longer than the 60 s of common load balancers, so that they close first. */
export const keepAliveTimeoutMs = 72_000;
