// Tools for hybrids: the viewing distance, the pyramid, and the points that align the two pictures.
import type { Catalogue } from '../catalogue.ts';
import { createToolSlider } from '../controls/tool-slider.ts';
import { h, icon, isCalm } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import type { Answer } from '../preview/request.ts';
import type { Stage } from '../preview/stage.ts';
import type { Store } from '../state/store.ts';
import { type Step, type Work, withParam, withStep } from '../state/work.ts';
import { createAlign } from './align.ts';
import { distanceAt, eyeAt, pyramid } from './eye.ts';
import { pairsText, readPairs } from './pairs.ts';

export type HybridTool = {
  element: HTMLElement;
  show: (work: Work) => void;
  /** The result has changed. */
  result: () => void;
  align: (step: Step) => void;
};

/** Largest distance of the slider, in times. */
const FARTHEST = 16;

/** How long the picture for picking points may take, in milliseconds. */
const NEAR_MS = 20_000;

/** Duration of the walk away and back, in milliseconds. */
const WALK_MS = 5000;

export function createHybridTool(
  stage: Stage,
  {
    store,
    catalogue,
    pictures,
    ask,
  }: {
    store: Store;
    catalogue: Catalogue;
    pictures: PictureShelf;
    ask: (work: Work, signal: AbortSignal) => Promise<Answer>;
  },
): HybridTool {
  const slider = createToolSlider('Viewing distance', { step: '0.005', moved: () => look() });
  const strip = h('div', {
    class: 'pyramid',
    tabindex: '0',
    role: 'group',
    'aria-label': 'Pyramid',
    hidden: true,
  });
  const walk = h(
    'button',
    { type: 'button', class: 'button', onclick: () => startWalk() },
    icon('walk'),
    'Walk away',
  );
  const steps = h(
    'button',
    { type: 'button', class: 'button', 'aria-pressed': 'false', onclick: () => togglePyramid() },
    'Pyramid',
  );
  const pick = h(
    'button',
    {
      type: 'button',
      class: 'button',
      onclick: () => {
        const step = stepOf(store.work());
        if (step) align(step);
      },
    },
    icon('pin'),
    'Align by points',
  );
  const element = h(
    'section',
    { class: 'tool hybrid-tool', 'aria-label': 'Hybrid', hidden: true },
    h('div', { class: 'tool-line' }, ...slider.parts, walk, steps, pick),
    strip,
  );
  const dialog = createAlign();
  let walking = 0;

  /** The step of the chain that blends two pictures. */
  const stepOf = ({ steps: all }: Work): Step | undefined =>
    all.find((step) => !step.off && Boolean(pairParam(step.effect)));
  /** The parameter of an effect that takes pairs of points. */
  function pairParam(effect: string): string | undefined {
    const properties = catalogue.entry(effect)?.parameters.properties ?? {};
    return Object.keys(properties).find((name) => properties[name]?.ui?.control === 'pairs');
  }

  function look(): void {
    const distance = distanceAt(slider.value(), FARTHEST);
    const text = `${distance < 9.95 ? distance.toFixed(1) : Math.round(distance)}×`;
    slider.setText(text, `${text} as far away`);
    stage.eye(distance > 1 ? eyeAt(distance) : undefined);
  }
  function startWalk(): void {
    cancelAnimationFrame(walking);
    if (isCalm()) {
      slider.move(slider.value() > 0.5 ? 0 : 0.8);
      look();
      return;
    }
    const began = performance.now();
    const frame = (now: number): void => {
      const t = Math.min(1, (now - began) / WALK_MS);
      slider.move(0.9 * Math.sin(Math.PI * t) ** 2);
      look();
      if (t < 1) walking = requestAnimationFrame(frame);
    };
    walking = requestAnimationFrame(frame);
  }
  slider.parts[1].addEventListener('pointerdown', () => cancelAnimationFrame(walking));
  function togglePyramid(): void {
    strip.hidden = !strip.hidden;
    steps.setAttribute('aria-pressed', String(!strip.hidden));
    result();
  }
  function result(): void {
    const size = stage.size();
    if (strip.hidden || !size) return;
    const height = Math.min(220, size.height);
    strip.replaceChildren(
      ...pyramid(size).map((factor, i) => {
        const image = h('img', { src: stage.url(), alt: `At 1/${2 ** i} of its size` });
        image.style.height = `${height * factor}px`;
        return image;
      }),
    );
  }
  function align(step: Step): void {
    const param = pairParam(step.effect);
    const entry = catalogue.entry(step.effect);
    const input = entry?.inputs[0];
    const far = input && step.params[input];
    if (!param || !far) return;
    dialog.open({
      near: nearAddress(step),
      far: pictures.whole(far),
      pairs: readPairs(step.params[param] ?? ''),
      change: (pairs) =>
        store.change(
          (work) =>
            withStep(work, step.id, (old) => ({
              ...old,
              params: withParam(old.params, param, pairs && pairsText(pairs)),
            })),
          `${step.id} ${param}`,
        ),
    });
  }
  /** Address of the picture that the step gets, made by the steps before it: points are shares of its edges. Rejects if they fail. */
  async function nearAddress({ id: stepId }: Step): Promise<string> {
    const work = store.work();
    const at = work.steps.findIndex((step) => step.id === stepId);
    const steps = work.steps.slice(0, at).filter(({ off }) => !off);
    if (steps.length === 0) return pictures.whole(work.source);
    const answer = await ask({ ...work, steps, output: {} }, AbortSignal.timeout(NEAR_MS));
    if (answer.kind === 'picture') return URL.createObjectURL(answer.blob);
    throw new Error(
      answer.kind === 'problem'
        ? answer.problem.detail
        : 'The steps before this one give no picture.',
    );
  }

  look();
  return {
    element,
    result,
    align,
    show(work) {
      const on = stepOf(work) !== undefined;
      if (!on && !element.hidden) {
        slider.move(0);
        look();
      }
      element.hidden = !on;
    },
  };
}
