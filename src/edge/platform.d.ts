// Types of the parts of the platform that are used: Durable Objects with SQLite, Workflows, R2, rate limits, Images.
// `wrangler types` generates 16,000 lines instead, whose global `Request` and `Response` are others than those of the shared code.
declare module 'cloudflare:workers' {
  type SqlValue = string | number | null;

  export type DurableObjectState = {
    storage: {
      sql: {
        exec: <Row extends Record<string, SqlValue>>(
          query: string,
          ...bindings: SqlValue[]
        ) => { toArray: () => Row[] };
      };
      setAlarm: (at: number) => Promise<void>;
      deleteAll: () => Promise<void>;
    };
    /** The container of the object, if its class has one. */
    container?: import('./jobs/container.ts').Container;
  };

  export abstract class DurableObject<Env = unknown> {
    protected ctx: DurableObjectState;
    protected env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }

  /** Context of a call of an entrypoint. */
  export type EntrypointContext = {
    waitUntil: (work: Promise<unknown>) => void;
    /** The platform's cache in front of the entrypoint; absent if none is enabled. */
    cache?: {
      purge: (what: { tags: string[] }) => Promise<{ success: boolean; errors?: unknown }>;
    };
  };

  export abstract class WorkerEntrypoint<Env = unknown> {
    protected ctx: EntrypointContext;
    protected env: Env;
    constructor(ctx: EntrypointContext, env: Env);
  }

  export type WorkflowStep = {
    do: <T>(
      name: string,
      config: {
        timeout: number;
        retries: { limit: number; delay: number; backoff?: 'constant' | 'linear' | 'exponential' };
      },
      run: () => Promise<T>,
    ) => Promise<T>;
    sleep: (name: string, ms: number) => Promise<void>;
  };

  export abstract class WorkflowEntrypoint<Env = unknown, Params = unknown> {
    protected env: Env;
    constructor(ctx: unknown, env: Env);
    abstract run(event: { payload: Params }, step: WorkflowStep): Promise<unknown>;
  }
}

/** Durable Objects with the methods of `T`. */
type DurableObjectNamespace<T> = { getByName: (name: string) => T };

type WorkflowStatus =
  | 'queued'
  | 'running'
  | 'paused'
  | 'waiting'
  | 'waitingForPause'
  | 'errored'
  | 'terminated'
  | 'complete'
  | 'unknown';

type Workflow<Params> = {
  create: (options: { id: string; params: Params }) => Promise<unknown>;
  get: (id: string) => Promise<{
    status: () => Promise<{ status: WorkflowStatus }>;
    terminate: () => Promise<void>;
  }>;
};

type R2Bucket = {
  get: (key: string) => Promise<{
    body: ReadableStream<Uint8Array>;
    size: number;
    etag: string;
    httpEtag: string;
    customMetadata?: Record<string, string>;
  } | null>;
  put: (
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options?: {
      sha256?: string;
      customMetadata?: Record<string, string>;
      /** Stores nothing, and resolves to null, unless this is so of the object there is. */
      onlyIf?: { etagMatches: string } | { etagDoesNotMatch: '*' };
    },
  ) => Promise<unknown>;
  delete: (key: string) => Promise<void>;
  list: (options: { prefix: string; limit: number }) => Promise<{ objects: readonly unknown[] }>;
};

/** Counts by key; the limit and its period are configured with the binding. */
type RateLimitBinding = { limit: (options: { key: string }) => Promise<{ success: boolean }> };

/** Decodes and shrinks pictures. Its errors have a numeric `code`. */
type ImagesBinding = { input: (file: ReadableStream<Uint8Array>) => ImageHandle };

type ImageHandle = {
  transform: (options: { width: number; height: number; fit: 'scale-down' }) => ImageHandle;
  output: (options: { format: 'image/png'; anim: false }) => Promise<{
    image: () => ReadableStream<Uint8Array>;
  }>;
};

/** Passes exactly so many bytes, and fails for another number. */
declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(bytes: number);
}
