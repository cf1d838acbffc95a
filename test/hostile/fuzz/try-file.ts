// Sends hostile files to a running Worker, and reads its metrics and processes.
import { readdirSync, readFileSync } from 'node:fs';
import type { BundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { parseExposition } from '../../http/observe/parse-exposition.ts';
import type { CorpusFile } from '../corpus/corpus.ts';
import { outcomeOf, type Verdict } from '../judge-answer.ts';

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Uploads a file, or has it fetched from `origin`, which serves `corpusServed`. */
export async function tryFile(
  { fetch }: BundledWorker,
  file: CorpusFile,
  { origin }: { origin?: string } = {},
): Promise<Verdict> {
  const upload = { method: 'POST', headers: { 'Content-Type': 'image/x' } };
  const path = origin === undefined ? '' : `/${origin}/file/${encodeURIComponent(idOf(file))}`;
  const body = file.make() as Uint8Array<ArrayBuffer>;
  const init = path === '' ? { ...upload, body } : {};
  const began = performance.now();
  let outcome: string;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`/t/w=64,f=${file.format ?? 'png'}${path}`, { ...init, signal });
    const { status, headers } = response;
    const answer = new Uint8Array(await response.arrayBuffer());
    outcome = outcomeOf(file, { status, headers, body: answer });
  } catch (error) {
    outcome = `no answer: ${String(error)}`;
  }
  const { group, name } = file;
  return { group, name, outcome, ms: performance.now() - began };
}

/** The file's name in a path. */
export const idOf = ({ group, name }: CorpusFile): string =>
  `${group}-${name}`.replace(/[^\w-]/g, '_');

/** The corpus as files of a server. */
export const corpusServed = (corpus: readonly CorpusFile[]) =>
  new Map(
    corpus.map((file) => [
      idOf(file),
      {
        get bytes() {
          return file.make();
        },
        ...(file.type !== undefined && { type: file.type }),
      },
    ]),
  );

/** Sums of the samples of these families in `/metrics`. */
export async function metricsOf(
  { fetch }: BundledWorker,
  names: readonly string[],
): Promise<number[]> {
  const families = parseExposition(await (await fetch('/metrics')).text());
  return names.map((name) =>
    (families.get(name)?.samples ?? []).reduce((sum, { value }) => sum + value, 0),
  );
}

/** Process ids of the runtimes that `root` and its children started; none without `/proc`. */
export function runtimePids(root: number = process.pid): number[] {
  const found: number[] = [];
  const visit = (pid: number): void => {
    for (const child of childrenOf(pid)) {
      if (nameOf(child).startsWith('workerd')) found.push(child);
      visit(child);
    }
  };
  visit(root);
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      (readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').match(/\d+/g) ?? []).map(Number),
    );
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}
