// Types of the runtime's modules that tests in workerd import.
declare module 'cloudflare:workers' {
  export const env: import('../../src/edge/env.ts').JobEnv;
}
declare module 'cloudflare:test' {
  /** Calls a function inside a Durable Object. */
  export function runInDurableObject<R>(
    stub: unknown,
    callback: (
      instance: unknown,
      state: import('cloudflare:workers').DurableObjectState & { abort: (reason: string) => void },
    ) => R | Promise<R>,
  ): Promise<R>;
  /** Triggers its alarm; false if there is none. */
  export function runDurableObjectAlarm(stub: unknown): Promise<boolean>;
  export function createExecutionContext(): { waitUntil: (promise: Promise<unknown>) => void };
  export function waitOnExecutionContext(
    context: ReturnType<typeof createExecutionContext>,
  ): Promise<void>;
}
