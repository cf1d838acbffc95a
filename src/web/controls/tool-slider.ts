// The slider of a tool, from 0 to 1, with its label and its value in words.
import { freshId, h } from '../dom.ts';

export type ToolSlider = {
  /** Label, slider and value. */
  parts: readonly [HTMLElement, HTMLInputElement, HTMLElement];
  value: () => number;
  /** Moves the slider; does not call `moved`. */
  move: (value: number) => void;
  /** Shows the value in words; `spoken` is what screen readers say, by default the number. */
  setText: (text: string, spoken?: string) => void;
};

/** A slider at 0. `moved` is called when its user has moved it. */
export function createToolSlider(
  label: string,
  { step, moved }: { step: string; moved: () => void },
): ToolSlider {
  const id = freshId('slider');
  const told = h('output', { class: 'value', for: id });
  const slider = h('input', {
    type: 'range',
    class: 'slider',
    id,
    min: '0',
    max: '1',
    step,
    value: '0',
    oninput: () => {
      fill();
      moved();
    },
  });
  const fill = (): void => slider.style.setProperty('--at', slider.value);
  fill();
  return {
    parts: [h('label', { for: id }, label), slider, told],
    value: () => slider.valueAsNumber,
    move(value) {
      slider.value = String(value);
      fill();
    },
    setText(text, spoken) {
      told.textContent = text;
      if (spoken !== undefined) slider.setAttribute('aria-valuetext', spoken);
    },
  };
}
