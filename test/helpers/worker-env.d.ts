// What tests in workerd import from the runtime.
declare module 'cloudflare:workers' {
  export const env: import('../../src/edge/jobs.ts').JobEnv;
}
declare module 'cloudflare:test' {
  export function createExecutionContext(): { waitUntil: (promise: Promise<unknown>) => void };
  export function waitOnExecutionContext(
    context: ReturnType<typeof createExecutionContext>,
  ): Promise<void>;
}
