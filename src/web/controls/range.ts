// A slider with a number beside it, and buttons for the words that the parameter also takes, such as auto.
import { h } from '../dom.ts';
import type { Control, ControlUse } from './control.ts';
import { type Kind, numberText } from './kind.ts';

/** Units that say nothing beside a number. */
const SILENT = ['share', 'times'];

export function rangeControl(
  { id, label, schema, change }: ControlUse,
  { range, words }: Extract<Kind, { type: 'range' }>,
): Control {
  const { min, max, step, least, most } = range;
  const fallback = schema.default === undefined ? undefined : String(schema.default);
  const slider = h('input', {
    type: 'range',
    class: 'slider',
    min,
    max,
    step,
    'aria-label': label,
    oninput: () => change(numberText(slider.valueAsNumber, step)),
  });
  const number = h('input', {
    id,
    type: 'number',
    class: 'number',
    min: least,
    max: most,
    step: 'any',
    placeholder: fallback ?? '–',
    onchange: () => change(number.value === '' ? undefined : number.value),
  });
  const unit = schema.unit && !SILENT.includes(schema.unit) ? schema.unit : '';
  const chips = words.map((word) =>
    h(
      'button',
      { type: 'button', class: 'chip', 'aria-pressed': 'false', onclick: () => change(word) },
      word,
    ),
  );
  return {
    element: h('div', { class: 'range' }, slider),
    aside: [
      ...chips,
      number,
      ...(unit ? [h('span', { class: 'unit', title: unit }, shortUnit(unit))] : []),
    ],
    show: (value) => {
      const shown = value ?? fallback;
      const known = shown !== undefined && Number.isFinite(Number(shown));
      const at = known ? Number(shown) : min;
      slider.value = String(Math.min(max, Math.max(min, at)));
      slider.style.setProperty('--at', String((Number(slider.value) - min) / (max - min)));
      slider.classList.toggle('unset', !known);
      slider.setAttribute(
        'aria-valuetext',
        known ? `${shown} ${unit}`.trim() : (shown ?? 'not set'),
      );
      const text = value !== undefined && known ? value : '';
      if (number.value !== text && document.activeElement !== number) number.value = text;
      if (document.activeElement === number && value !== undefined && known) number.value = value;
      for (const chip of chips)
        chip.setAttribute('aria-pressed', String(chip.textContent === shown));
    },
  };
}

/** Units as they fit beside a number. */
const shortUnit = (unit: string): string =>
  unit === 'degrees'
    ? '°'
    : unit.startsWith('cycles')
      ? 'cycles'
      : unit.startsWith('device')
        ? '×'
        : unit;
