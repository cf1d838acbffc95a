// Remembers the jobs of this browser, so that a reloaded page follows and can cancel them.

export type SavedJob = { id: string; token?: string };

const KEY = 'tessera-jobs';

/** Most jobs that are remembered; the oldest is forgotten. */
const MOST_JOBS = 20;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

function read(storage: Storage): [string, SavedJob][] {
  try {
    const list = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** The job of a piece of work; `work` is the text of the page's address. */
export const savedJob = (storage: Storage, work: string): SavedJob | undefined =>
  read(storage).find(([key]) => key === work)?.[1];

/** Remembers a job; one without a token keeps the token that is known. */
export function saveJob(storage: Storage, work: string, job: SavedJob): void {
  const others = read(storage).filter(([key]) => key !== work);
  const old = savedJob(storage, work);
  const token = job.token ?? (old?.id === job.id ? old.token : undefined);
  const saved = { id: job.id, ...(token !== undefined && { token }) };
  try {
    storage.setItem(KEY, JSON.stringify([...others, [work, saved]].slice(-MOST_JOBS)));
  } catch {
    // A browser without storage forgets jobs when the page is closed.
  }
}
