// Tools for pixel art: lines between the cells, the colours that were used, the small grid as a file.
import { messageOf } from '../../errors.ts';
import type { Catalogue } from '../catalogue.ts';
import { paletteText, strip } from '../controls/palette.ts';
import { announce, freshId, h, icon } from '../dom.ts';
import type { Answer } from '../preview/request.ts';
import type { Stage } from '../preview/stage.ts';
import type { Store } from '../state/store.ts';
import { type Step, type Work, withParam, withStep } from '../state/work.ts';
import { coloursIn, enlarged, type Pixels } from './grid.ts';

export type PixelTool = {
  element: HTMLElement;
  show: (work: Work) => void;
  /** The result has changed. */
  result: () => void;
};

/** The parameter that says whether cells are enlarged, and that of the palette. */
const UPSCALE = 'upscale';
const PALETTE = 'palette';

/** Most colours that become a palette. */
const MOST_COLOURS = 256;

/** Largest enlargement of a download. */
const LARGEST = 16;

const TIMEOUT_MS = 60_000;

export function createPixelTool(
  stage: Stage,
  {
    store,
    catalogue,
    ask,
  }: {
    store: Store;
    catalogue: Catalogue;
    ask: (work: Work, signal: AbortSignal) => Promise<Answer>;
  },
): PixelTool {
  const id = freshId('enlarge');
  let lines = false;
  let known: { key: string; pixels: Promise<Pixels> } | undefined;
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-pressed': 'false',
      onclick: () => {
        lines = !lines;
        toggle.setAttribute('aria-pressed', String(lines));
        void drawLines();
      },
    },
    icon('grid'),
    'Grid',
  );
  const colours = h('span', { class: 'used-colours' });
  const read = h(
    'button',
    { type: 'button', class: 'button', onclick: () => void keepColours() },
    'Take palette from picture',
  );
  const told = h('output', { class: 'value', for: id }, '×8');
  const factor = h('input', {
    type: 'range',
    class: 'slider short',
    id,
    min: '1',
    max: String(LARGEST),
    value: '8',
    oninput: () => showFactor(),
  });
  const save = h(
    'button',
    { type: 'button', class: 'button', onclick: () => void download() },
    icon('download'),
    'Download grid',
  );
  const problem = h('p', { class: 'field-problem', role: 'alert', hidden: true });
  const element = h(
    'section',
    { class: 'tool pixel-tool', 'aria-label': 'Pixels', hidden: true },
    h(
      'div',
      { class: 'tool-line' },
      toggle,
      read,
      colours,
      h('label', { for: id }, 'Enlarge'),
      factor,
      told,
      save,
    ),
    problem,
  );

  const showFactor = (): void => {
    told.textContent = `×${factor.value}`;
    factor.style.setProperty('--at', String((factor.valueAsNumber - 1) / (LARGEST - 1)));
  };
  const stepOf = ({ steps }: Work): Step | undefined =>
    steps.findLast(({ effect, off }) => {
      const properties = catalogue.entry(effect)?.parameters.properties ?? {};
      return !off && UPSCALE in properties && 'columns' in properties;
    });

  /** The picture with one pixel for each cell, after the step that makes the cells. */
  function small(): Promise<Pixels> {
    const work = store.work();
    const step = stepOf(work);
    if (!step) return Promise.reject(new Error('no step makes cells'));
    const at = work.steps.indexOf(step);
    const cells = { ...step, params: withParam(step.params, UPSCALE, 'false') };
    const wanted = { ...work, steps: [...work.steps.slice(0, at), cells], output: { f: 'png' } };
    const key = JSON.stringify(wanted);
    if (known?.key !== key) known = { key, pixels: fetchPixels(wanted) };
    return known.pixels;
  }
  async function fetchPixels(work: Work): Promise<Pixels> {
    const answer = await ask(work, AbortSignal.timeout(TIMEOUT_MS));
    if (answer.kind === 'problem') throw new Error(answer.problem.detail);
    if (answer.kind !== 'picture') throw new Error('the service made no picture of the cells');
    const bitmap = await createImageBitmap(answer.blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser cannot read pixels');
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }
  async function attempt(work: () => Promise<void>): Promise<void> {
    problem.hidden = true;
    element.setAttribute('aria-busy', 'true');
    try {
      await work();
    } catch (error) {
      problem.textContent = messageOf(error);
      problem.hidden = false;
      known = undefined;
    } finally {
      element.removeAttribute('aria-busy');
    }
  }
  const drawLines = (): Promise<void> =>
    attempt(async () => {
      if (!lines || element.hidden) return stage.grid(undefined);
      const { width, height } = await small();
      stage.grid({ columns: width, rows: height });
    });
  const keepColours = (): Promise<void> =>
    attempt(async () => {
      const used = coloursIn(await small(), MOST_COLOURS);
      const step = stepOf(store.work());
      if (!step) return;
      if (!used)
        throw new Error(
          `the picture has more than ${MOST_COLOURS} colours: choose a palette first, such as auto`,
        );
      if (used.length < 2) throw new Error('the picture has one colour only');
      colours.replaceChildren(strip(used.slice(0, 32)));
      announce(`${used.length} colours are the palette now`);
      store.change((work) =>
        withStep(work, step.id, (old) => ({
          ...old,
          params: withParam(withParam(old.params, PALETTE, paletteText(used)), 'colors', undefined),
        })),
      );
    });
  const download = (): Promise<void> =>
    attempt(async () => {
      const { width, height, data } = enlarged(await small(), factor.valueAsNumber);
      const canvas = new OffscreenCanvas(width, height);
      canvas
        .getContext('2d')
        ?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/png' });
      const url = URL.createObjectURL(blob);
      h('a', { href: url, download: `grid-${width}x${height}.png` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      announce(`Grid of ${width} × ${height} pixels downloaded`);
    });

  showFactor();
  return {
    element,
    show(work) {
      element.hidden = stepOf(work) === undefined;
    },
    result: () => {
      if (lines || element.hidden) void drawLines();
    },
  };
}
