// One turn of a job at one backend, as all parts of a run need it.
import type { Backend } from '../backend/backend.ts';
import type { BlobStore } from '../blobs.ts';
import type { JobSpec } from '../job.ts';
import type { OpenedJob } from './open-job.ts';
import type { RunSession } from './session.ts';

export type Turn = {
  spec: JobSpec;
  opened: OpenedJob;
  backend: Backend;
  session: RunSession;
  blobs: BlobStore;
  /** How long the backend may take to answer, in milliseconds. */
  connectMs: number;
  /** When the attempt began, and when its backend began to render if it has, in epoch milliseconds. */
  beganAt: number;
  startedAt: number | undefined;
  /** When the next step takes over, in epoch milliseconds. */
  until: number;
  /** Whether there are other backends. */
  hasOthers: boolean;
};
