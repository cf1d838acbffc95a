// The result: the stage with its tool bar, the facts below it, and errors that belong to no parameter.
import { h, iconButton } from './dom.ts';
import type { Facts } from './preview/facts.ts';
import { createFactsView } from './preview/facts-view.ts';
import { createStage, type Stage } from './preview/stage.ts';

export type ResultPanel = {
  element: HTMLElement;
  stage: Stage;
  busy: (on: boolean) => void;
  facts: (facts: Facts) => void;
  problem: (text: string, atParameter?: boolean) => void;
};

export function createResultPanel(): ResultPanel {
  const scale = h('output', { class: 'zoom-value' }, '100 %');
  const stage = createStage((value, fitted) => {
    scale.textContent = `${value < 0.1 ? (100 * value).toFixed(1) : Math.round(100 * value)} %`;
    fit.setAttribute('aria-pressed', String(fitted));
  });
  const fit = iconButton('fit', 'Fit the picture', {
    'aria-pressed': 'true',
    onclick: () => stage.zoomTo('fit'),
  });
  let comparing = false;
  const compare = iconButton('compare', 'Compare with the original', {
    class: 'icon-button wide',
    'aria-pressed': 'false',
    onclick: () => {
      comparing = !comparing;
      compare.setAttribute('aria-pressed', String(comparing));
      stage.compare(comparing);
    },
  });
  compare.append(h('span', { 'aria-hidden': 'true' }, 'Compare'));
  const tools = h(
    'div',
    { class: 'stage-tools', role: 'toolbar', 'aria-label': 'View' },
    compare,
    h('span', { class: 'spacer' }),
    iconButton('minus', 'Zoom out', { onclick: () => stage.zoomStep(-1) }),
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button zoom-button',
        title: 'One pixel for each pixel',
        onclick: () => stage.zoomTo(1),
      },
      scale,
    ),
    iconButton('plus', 'Zoom in', { onclick: () => stage.zoomStep(1) }),
    fit,
  );
  const problem = h('p', { class: 'result-problem', role: 'alert', hidden: true });
  const facts = createFactsView();
  return {
    element: h(
      'div',
      { class: 'result-panel' },
      h('div', { class: 'stage-box' }, stage.element, tools, problem),
      facts.element,
    ),
    stage,
    busy(on) {
      stage.busy(on);
      facts.busy(on);
    },
    facts: (next) => facts.show(next, stage.size()),
    problem(text, atParameter = false) {
      problem.hidden = text === '';
      problem.classList.toggle('is-quiet', atParameter);
      if (problem.textContent !== text) problem.textContent = text;
    },
  };
}
