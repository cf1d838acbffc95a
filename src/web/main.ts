// Entry of the page: loads the catalogue, reads the address, and connects the parts.
import { messageOf } from '../errors.ts';
import { type Catalogue, fetchCatalogue } from './catalogue.ts';
import { createChain } from './chain/chain.ts';
import { byId, h } from './dom.ts';
import { createHybridTool } from './hybrid/hybrid.ts';
import { createJobTool } from './jobs/jobs.ts';
import { acceptDrops } from './pictures/picker.ts';
import { createPictures } from './pictures/pictures.ts';
import { createPixelTool } from './pixels/pixels.ts';
import { askEarly } from './preview/early.ts';
import { createLive } from './preview/live.ts';
import { ACCEPT, type Answer, askPicture } from './preview/request.ts';
import { createResultPanel } from './result-panel.ts';
import { createShare } from './share/share.ts';
import { shareWork } from './share/share-work.ts';
import { shrinking } from './shrinking.ts';
import { createSourcePanel } from './source-panel.ts';
import { blameOf } from './state/blame.ts';
import { addressText, readPath } from './state/plan-text.ts';
import { runsAsJob } from './state/runs-as-job.ts';
import { createStore } from './state/store.ts';
import type { Work } from './state/work.ts';
import { createStyleTool } from './styles/styles.ts';
import { restoreTheme } from './theme.ts';
import { fillTopBar } from './top-bar.ts';

/** What is shown without an address of one's own: the README's first example. */
const FIRST = 'w=512,h=512,fit=cover/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg';

/** Its result as the build of the page has it, so that there is a picture before the service has made one. */
const FIRST_RESULT = '/page/first.webp';

/** Instead of results, where the service has keys. */
const SIGNED =
  'This service answers signed URLs alone, and this page has no keys to sign with, so it shows no results. Plans and URLs can still be made here. To see results, run the service without SIGNING_KEYS on your machine: npm start.';

/** The work in the address of the page. */
function workOf(catalogue: Catalogue): { work: Work; unknown: readonly string[] } {
  const text = location.hash.slice(1) || FIRST;
  const { work, unknown } = readPath(text, catalogue);
  const source = work.source || `asset:${catalogue.samples[0] ?? ''}`;
  return { work: { ...work, source }, unknown };
}

async function open(): Promise<void> {
  const catalogue = await fetchCatalogue();
  const pictures = createPictures(catalogue.samples);
  const { work: first, unknown } = workOf(catalogue);
  if (JSON.stringify(first).includes('"file:')) await pictures.files.restore();
  else void pictures.files.restore().then(() => sources.show(store.work().source));

  const store = createStore(first, () => performance.now());
  const ports = { catalogue, pictures };
  const result = createResultPanel();
  const { stage } = result;
  const sources = createSourcePanel(store, pictures);
  const share = createShare();
  let edited: number | undefined;
  let shownUrl = '';

  const ask = (work: Work, signal: AbortSignal): Promise<Answer> => askPicture(work, ports, signal);
  const hybrid = createHybridTool(stage, { store, ...ports, ask });
  const styles = createStyleTool(stage, { store, ...ports });
  const pixels = createPixelTool(stage, { store, catalogue, ask });
  const chain = createChain({
    store,
    ...ports,
    align: (step) => hybrid.align(step),
    edited: (id) => {
      edited = id;
    },
  });
  const jobs = createJobTool({
    ...ports,
    picture: (url) => void showPicture(url),
    done: (url, job) => {
      void showPicture(url);
      const { result: made } = job;
      if (!made) return;
      const ms = Date.parse(job.updated) - Date.parse(job.created);
      const { mime, bytes } = made;
      result.facts({
        mime,
        bytes,
        ms,
        status: 'from a job',
        stages: [],
        cost: undefined,
        chosen: [],
      });
    },
  });

  async function showPicture(url: string): Promise<void> {
    try {
      await stage.picture(url);
    } catch {
      return result.problem('The browser cannot show this picture.');
    }
    if (shownUrl !== url && shownUrl.startsWith('blob:')) URL.revokeObjectURL(shownUrl);
    shownUrl = url;
    hybrid.result();
    pixels.result();
  }
  async function show(answer: Answer, work: Work): Promise<void> {
    result.busy(false);
    if (answer.kind === 'job') return jobs.follow(answer.job, addressText(work, catalogue));
    jobs.leave();
    if (answer.kind === 'problem') {
      const { problem } = answer;
      if (problem.code === 'bad_signature') return result.problem(SIGNED);
      const blame = blameOf(problem, { work, changed: edited }, catalogue);
      const placed = chain.problem(blame, problem.detail);
      const atSource =
        blame?.step === 'source' ||
        /^source_|^bad_source|^not_an_image|^undecodable/.test(problem.code);
      sources.problem(atSource && !placed ? problem.detail : '');
      return result.problem(problem.detail, placed);
    }
    if (answer.kind === 'text') stage.text(pretty(answer.text));
    else await showPicture(URL.createObjectURL(answer.blob));
    styles.result(work);
    result.facts(answer.facts);
  }
  const live = createLive<Work>({
    ask,
    begin: () => result.busy(true),
    show: (answer, work) => {
      chain.problem(undefined, '');
      sources.problem('');
      result.problem('');
      void show(answer, work);
    },
  });

  function update(work: Work, now = false): void {
    const address = addressText(work, catalogue);
    history.replaceState(null, '', `#${address}`);
    sources.show(work.source);
    stage.original(pictures.whole(work.source));
    chain.show(work);
    hybrid.show(work);
    pixels.show(work);
    styles.show(work);
    if (runsAsJob(work, catalogue)) {
      live.stop();
      result.busy(false);
      jobs.offer(work, address);
      if (stage.url() === '') void showPicture(pictures.whole(work.source));
    } else {
      live.update(work, now);
    }
  }
  async function take(file: File): Promise<void> {
    try {
      const source = pictures.add(file);
      const smaller = await shrinking(file, store.work(), catalogue);
      store.change((work) => ({ ...smaller(work), source }));
    } catch (error) {
      sources.problem(messageOf(error));
    }
  }

  if (isNew) await stage.picture(FIRST_RESULT).catch(() => {});
  byId('side').replaceChildren(sources.element, h('h2', {}, 'Steps'), chain.element);
  byId('view').replaceChildren(
    result.element,
    jobs.element,
    hybrid.element,
    styles.element,
    pixels.element,
  );
  fillTopBar(store, () => void shareWork(store.work(), stage.size(), { share, ...ports }));
  store.listen((work) => update(work));
  addEventListener('hashchange', () => {
    const { work } = workOf(catalogue);
    if (addressText(work, catalogue) !== addressText(store.work(), catalogue))
      store.change(() => work);
  });
  acceptDrops(document.body, (file) => void take(file));
  addEventListener('paste', (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) =>
      type.startsWith('image/'),
    );
    if (file) void take(file);
  });
  update(first, true);
  if (unknown.length > 0) result.problem(`This service has no ${unknown.join(', ')}.`);
  const step = first.steps.at(-1);
  if (step && matchMedia('(min-width: 60rem)').matches) chain.open(step.id);
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

restoreTheme();
/** Whether the visitor has no work of their own yet. */
const isNew = location.hash.length < 2;
if (isNew) {
  const box = document.querySelector('.stage-box');
  box?.append(h('img', { class: 'first-result', src: FIRST_RESULT, alt: 'Result' }));
  askEarly(`/t/${FIRST}`, { headers: { Accept: ACCEPT } });
}
open().catch((error: unknown) => {
  byId('view').textContent = `The page cannot start: ${messageOf(error)}`;
});
