// Controls for a few words, for yes or no, and for free text.
import { h } from '../dom.ts';
import type { Control, ControlUse } from './control.ts';
import type { Kind } from './kind.ts';

/** Longest text, in characters, of all words that are shown side by side. */
const MOST_SEGMENT_TEXT = 30;

/** Words side by side if they are short, else a list to choose from. */
export function choiceControl(use: ControlUse, options: readonly string[]): Control {
  const short = options.length <= 5 && options.join('').length <= MOST_SEGMENT_TEXT;
  return short ? segments(use, options) : list(use, options);
}

function segments({ id, schema, change }: ControlUse, options: readonly string[]): Control {
  const inputs = options.map((value) =>
    h('input', {
      type: 'radio',
      name: id,
      value,
      class: 'visually-hidden',
      onchange: () => change(value),
    }),
  );
  const element = h(
    'div',
    { class: 'segments' },
    ...inputs.map((input) => h('label', {}, input, h('span', {}, input.value))),
  );
  return {
    element,
    group: true,
    show: (value) => {
      const shown = value ?? (schema.default === undefined ? '' : String(schema.default));
      for (const input of inputs) input.checked = input.value === shown;
    },
  };
}

function list({ id, schema, change }: ControlUse, options: readonly string[]): Control {
  const fallback = schema.default === undefined ? undefined : String(schema.default);
  const none = fallback === undefined ? [h('option', { value: '' }, '–')] : [];
  const element = h(
    'select',
    { id, onchange: () => change(element.value === '' ? undefined : element.value) },
    ...none,
    ...options.map((value) => h('option', { value }, value)),
  );
  return {
    element,
    show: (value) => {
      element.value = value ?? fallback ?? '';
    },
  };
}

/** A switch for `true` and `false`. */
export function switchControl({ id, schema, change }: ControlUse): Control {
  const element = h('input', {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    id,
    onchange: () => change(String(element.checked)),
  });
  return {
    element: h('div', { class: 'visually-hidden' }),
    aside: [element],
    show: (value) => {
      element.checked = value === undefined ? schema.default === true : value === 'true';
    },
  };
}

/** A line of text; words that the parameter also takes are suggested. */
export function textControl(
  { id, schema, change }: ControlUse,
  { words }: Extract<Kind, { type: 'text' }>,
): Control {
  const fallback = schema.default === undefined ? '' : String(schema.default);
  const placeholder = fallback || (schema.format ?? '');
  const input = h('input', {
    id,
    type: 'text',
    class: 'text',
    placeholder,
    autocomplete: 'off',
    spellcheck: 'false',
    onchange: () => change(input.value.trim() || undefined),
  });
  const suggestions = words.map((word) =>
    h('button', { type: 'button', class: 'chip', onclick: () => change(word) }, word),
  );
  return {
    element: h('div', { class: 'text-control' }, input, ...suggestions),
    show: (value) => {
      if (document.activeElement !== input || value !== undefined) input.value = value ?? '';
    },
  };
}
