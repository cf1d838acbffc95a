// What tests in workerd import from the runtime.
declare module 'cloudflare:workers' {
  export const env: import('../../src/edge/env.ts').Env;
}
declare module 'cloudflare:test' {
  /** Calls back inside of a Durable Object. */
  export function runInDurableObject<R>(
    stub: unknown,
    callback: (
      instance: unknown,
      state: import('cloudflare:workers').DurableObjectState,
    ) => R | Promise<R>,
  ): Promise<R>;
  /** Lets its alarm ring; false where there is none. */
  export function runDurableObjectAlarm(stub: unknown): Promise<boolean>;
  export function createExecutionContext(): { waitUntil: (promise: Promise<unknown>) => void };
  export function waitOnExecutionContext(
    context: ReturnType<typeof createExecutionContext>,
  ): Promise<void>;
}
