// The line of facts under the picture: size, format, bytes, time, cache, cost, and a bar of what the time went to.
import { h } from '../dom.ts';
import { bytesText, type Facts, formatOf, msText } from './facts.ts';
import type { Size } from './view.ts';

export type FactsView = {
  element: HTMLElement;
  show: (facts: Facts, size: Size | undefined) => void;
  busy: (on: boolean) => void;
};

const NAMES = ['size', 'format', 'bytes', 'time', 'answer', 'cost'] as const;
type Name = (typeof NAMES)[number];

/** Stages shorter than this share of all are not named in the bar. */
const NAMED_SHARE = 0.12;

export function createFactsView(): FactsView {
  const values = new Map<Name, HTMLElement>();
  const list = h('dl', { class: 'facts-list', tabindex: '0', 'aria-label': 'Facts' });
  for (const name of NAMES) {
    const value = h('dd', { 'data-fact': name }, '–');
    values.set(name, value);
    list.append(h('div', {}, h('dt', {}, name), value));
  }
  const meter = h('div', { class: 'timing', role: 'img', 'aria-label': 'Server timing' });
  const element = h('div', { class: 'facts' }, list, meter);
  const set = (name: Name, text: string): void => {
    values.get(name)!.textContent = text;
  };
  return {
    element,
    busy: (on) => element.classList.toggle('is-busy', on),
    show(facts, size) {
      set('size', size ? `${size.width} × ${size.height}` : '–');
      set('format', formatOf(facts.mime));
      set('bytes', bytesText(facts.bytes));
      set('time', msText(facts.ms));
      set('answer', facts.status);
      const { cost } = facts;
      const chosen = facts.chosen.length > 0 ? ` · ${facts.chosen.join(', ')}` : '';
      set('cost', cost ? `${cost.estimate} of ${cost.budget} ms${chosen}` : '–');
      drawTiming(meter, facts);
    },
  };
}

function drawTiming(meter: HTMLElement, { stages }: Facts): void {
  const all = stages.filter(({ ms }) => ms > 0);
  const sum = all.reduce((total, { ms }) => total + ms, 0);
  const told = all.map(
    ({ name, ms, estimated }) => `${name} ${msText(ms)}${estimated ? ' predicted' : ''}`,
  );
  meter.setAttribute(
    'aria-label',
    told.length > 0 ? `Server timing: ${told.join(', ')}` : 'Server timing',
  );
  meter.replaceChildren(
    ...all.map(({ name, ms, estimated }, i) => {
      const part = h('span', { title: told[i], class: estimated ? 'estimated' : '' });
      part.style.flexGrow = String(ms / sum);
      part.dataset.hue = String(i % 6);
      if (ms / sum >= NAMED_SHARE) part.textContent = `${name} ${msText(ms)}`;
      return part;
    }),
  );
}
