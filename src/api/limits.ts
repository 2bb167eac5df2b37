/** The largest body that is read. */
export const bodyLimitBytes = 1_048_576;

/** How often Node.js looks for requests that have not arrived in time; its own default is 30 s. */
export const timeoutCheckIntervalMs = 1_000;

/** A client that was answered because its request never arrived has this long to read the answer. */
export const farewellMs = 1_000;

/** An idle connection is kept this long: longer than the 60 s of common load balancers, so that they close first. */
export const keepAliveTimeoutMs = 72_000;
