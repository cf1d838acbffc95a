// Errors outside of any promise, which would end the process and with it all later cases.

let report: (error: unknown) => void = console.error;
let listening = false;

/** The value of `work`; rejects with an error that is thrown meanwhile and that nobody catches. */
export async function withUncaught<T>(work: Promise<T>): Promise<T> {
  if (!listening) process.on('uncaughtException', (error) => report(error));
  listening = true;
  const thrown = new Promise<never>((_, reject) => {
    report = reject;
  });
  try {
    return await Promise.race([work, thrown]);
  } finally {
    report = console.error;
  }
}
