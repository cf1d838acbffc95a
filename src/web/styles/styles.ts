// Tools for style transfer: a gallery of styles, and a slider of strength whose picture follows at once.
import type { Catalogue } from '../catalogue.ts';
import { kindOf } from '../controls/kind.ts';
import { createToolSlider } from '../controls/tool-slider.ts';
import { h, thumbnail } from '../dom.ts';
import { type PictureShelf, shownName } from '../pictures/pictures.ts';
import type { Stage } from '../preview/stage.ts';
import type { Store } from '../state/store.ts';
import { type Step, type Work, withParam, withStep } from '../state/work.ts';
import { shareOf } from './blend.ts';

export type StyleTool = {
  element: HTMLElement;
  show: (work: Work) => void;
  /** The result of this work is shown. */
  result: (work: Work) => void;
};

/** The parameter that says how far the picture goes towards the styles. */
const STRENGTH = 'strength';

/** A step with pictures to paint like, and its parameters. */
type Found = {
  step: Step;
  param: string;
  names: readonly string[];
  previews: Readonly<Record<string, string>>;
};

export function createStyleTool(
  stage: Stage,
  { store, catalogue, pictures }: { store: Store; catalogue: Catalogue; pictures: PictureShelf },
): StyleTool {
  const slider = createToolSlider('Strength', { step: '0.01', moved: () => setStrength() });
  const gallery = h('div', { class: 'gallery', role: 'group', 'aria-label': 'Styles' });
  const element = h(
    'section',
    { class: 'tool style-tool', 'aria-label': 'Style', hidden: true },
    h('div', { class: 'tool-line' }, ...slider.parts),
    gallery,
  );
  /** Strength of the picture that is shown. */
  let shown = 1;

  function find({ steps }: Work): Found | undefined {
    for (const step of steps.filter(({ off }) => !off)) {
      const entry = catalogue.entry(step.effect);
      if (!entry) continue;
      const { properties } = entry.parameters;
      for (const [param, schema] of Object.entries(properties)) {
        const kind = kindOf(schema);
        if (kind.type !== 'picture' || kind.most === 1 || !(STRENGTH in properties)) continue;
        return { step, param, names: kind.names, previews: entry.previews };
      }
    }
    return undefined;
  }
  function change(param: string, value: string): void {
    const found = find(store.work());
    if (!found) return;
    const { id: stepId } = found.step;
    store.change(
      (work) =>
        withStep(work, stepId, (old) => ({ ...old, params: withParam(old.params, param, value) })),
      `${stepId} ${param}`,
    );
  }
  function setStrength(): void {
    stage.blend(shareOf(shown, slider.value()));
    change(STRENGTH, String(slider.value()));
  }
  function tile(text: string, { param, previews, names }: Found): HTMLElement {
    const src = previews[text] ?? (names.includes(text) ? '' : pictures.thumbnail(text));
    return h(
      'button',
      { type: 'button', class: 'tile', 'data-text': text, onclick: () => change(param, text) },
      thumbnail(src, { width: 72, height: 72 }),
      h('span', { class: 'tile-name' }, names.includes(text) ? text : shownName(text)),
    );
  }
  const strengthOf = ({ params }: Step): number => Number(params[STRENGTH] ?? 1);

  return {
    element,
    show(work) {
      const found = find(work);
      element.hidden = !found;
      if (!found) return stage.blend(undefined);
      const { step, param, names } = found;
      const texts = [...names, ...pictures.files.texts(), ...pictures.samples].filter(
        (text) => text !== work.source,
      );
      const key = texts.join('\n');
      if (gallery.dataset.key !== key) {
        gallery.dataset.key = key;
        gallery.replaceChildren(...texts.map((text) => tile(text, found)));
      }
      const chosen = (step.params[param] ?? '').split('~');
      for (const button of gallery.querySelectorAll('button')) {
        button.setAttribute('aria-pressed', String(chosen.includes(button.dataset.text ?? '')));
      }
      slider.move(strengthOf(step));
      slider.setText(String(slider.value()));
    },
    result(work) {
      const found = find(work);
      if (!found) return;
      shown = strengthOf(found.step);
      const now = find(store.work());
      stage.blend(
        now && strengthOf(now.step) !== shown ? shareOf(shown, strengthOf(now.step)) : undefined,
      );
    },
  };
}
