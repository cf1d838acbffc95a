// Finds the blob that a change makes obsolete, so that it can be deleted.
import type { JobChange, JobRecord } from '../record.ts';

/** A preview or checkpoint that is not needed any more. */
export type Replaced = { made: 'preview' | 'checkpoint'; sha256: string };

/** The blob of the record before the change that is not needed after it; undefined if there is none. */
export function replacedBy(
  change: JobChange,
  { job, checkpoint }: JobRecord,
): Replaced | undefined {
  switch (change.type) {
    case 'preview':
      return replacedIn('preview', { before: job.preview, after: change.blob });
    case 'checkpoint':
      return replacedIn('checkpoint', { before: checkpoint, after: change.checkpoint });
    case 'checkpoint_refused':
    case 'succeeded':
      return replacedIn('checkpoint', { before: checkpoint, after: undefined });
    default:
      return undefined;
  }
}

type Digest = { sha256: string };

const replacedIn = (
  made: Replaced['made'],
  { before, after }: { before: Digest | undefined; after: Digest | undefined },
): Replaced | undefined =>
  before && before.sha256 !== after?.sha256 ? { made, sha256: before.sha256 } : undefined;
