// Keeps chosen pictures in the browser's data base, so that reloading the page does not lose them. Without one, nothing is kept.

const BASE = 'tessera';
const STORE = 'pictures';

/** Most files that are kept; the oldest goes first. */
const MOST_FILES = 12;

const TIMEOUT_MS = 3000;

/** The value of a request, or undefined if it fails. */
const outcomeOf = <T>(request: IDBRequest<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
    setTimeout(() => resolve(undefined), TIMEOUT_MS);
  });

async function open(): Promise<IDBDatabase | undefined> {
  try {
    const request = indexedDB.open(BASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return await outcomeOf(request);
  } catch {
    return undefined;
  }
}

/** Keeps a file under a name. */
export async function keepFile(name: string, file: File): Promise<void> {
  const base = await open();
  if (!base) return;
  const store = base.transaction(STORE, 'readwrite').objectStore(STORE);
  const keys = (await outcomeOf(store.getAllKeys())) ?? [];
  for (const key of keys.slice(0, Math.max(0, keys.length + 1 - MOST_FILES))) store.delete(key);
  await outcomeOf(store.put(file, name));
  base.close();
}

/** All kept files with their names. */
export async function keptFiles(): Promise<[string, File][]> {
  const base = await open();
  if (!base) return [];
  const store = base.transaction(STORE).objectStore(STORE);
  const [names = [], files = []] = await Promise.all([
    outcomeOf(store.getAllKeys()),
    outcomeOf(store.getAll()),
  ]);
  base.close();
  return names.flatMap((name, i) => (files[i] instanceof File ? [[String(name), files[i]]] : []));
}
