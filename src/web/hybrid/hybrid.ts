// Tools for hybrids: the viewing distance, the pyramid, and the points that align the two pictures.
import type { Catalogue } from '../catalogue.ts';
import { createToolSlider } from '../controls/tool-slider.ts';
import { h, icon, isCalm } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import type { Stage } from '../preview/stage.ts';
import { pathText } from '../state/plan-text.ts';
import type { Store } from '../state/store.ts';
import { isFile, type Step, type Work, withParam, withStep } from '../state/work.ts';
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

/** Duration of the walk away and back, in milliseconds. */
const WALK_MS = 5000;

export function createHybridTool(
  stage: Stage,
  { store, catalogue, pictures }: { store: Store; catalogue: Catalogue; pictures: PictureShelf },
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
    slider.tell(text, `${text} as far away`);
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
      near: nearUrl(step),
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
  /** The picture that the step gets: that of the steps before it. */
  function nearUrl({ id: stepId }: Step): string {
    const work = store.work();
    const at = work.steps.findIndex((step) => step.id === stepId);
    const before = work.steps.slice(0, at).filter(({ off }) => !off);
    if (before.length === 0 || isFile(work.source)) return pictures.whole(work.source);
    return `/t/${pathText({ ...work, steps: before, output: {} }, catalogue)}`;
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
