// Sizes and times that the GPU backend keeps to.

/** Longest time without a line on a job's stream. */
export const HEARTBEAT_MS = 5000;
