// The form of an effect that runs as a job: its controls change the URL, and its button runs it.
import { startJob } from './job.js';
import { paramOf, splitUrl, withParam, withSource } from './plan-url.js';

/** Connects a form's controls. */
export function setUpRunner(form) {
  const { step } = form.dataset;
  const url = form.elements.namedItem('url');
  const list = form.parentElement.querySelector('.jobs');
  const checked = (name) =>
    [...form.querySelectorAll(`input[name="${name}"]:checked`)].map(({ value }) => value);

  // At most as many choices as the parameter takes; the other boxes are disabled meanwhile.
  const limit = (group) => {
    const boxes = [...group.querySelectorAll('input[type="checkbox"]')];
    const full = boxes.filter((box) => box.checked).length >= Number(group.dataset.most);
    for (const box of boxes) box.disabled = full && !box.checked;
  };
  const sync = () => {
    for (const group of form.querySelectorAll('[data-input]')) {
      const texts = (paramOf(url.value, step, group.dataset.input) ?? '').split('~');
      for (const box of group.querySelectorAll('input')) box.checked = texts.includes(box.value);
      limit(group);
    }
    for (const box of form.querySelectorAll('[data-source] input'))
      box.checked = splitUrl(url.value)?.source === box.value;
    for (const select of form.querySelectorAll('select'))
      select.value = paramOf(url.value, step, select.name) ?? select.dataset.default;
  };

  url.addEventListener('input', sync);
  form.addEventListener('change', ({ target }) => {
    const group = target.closest('[data-input]');
    if (group) {
      const { input } = group.dataset;
      // The weights belong to the previous list.
      const rest = withParam(url.value, step, `${input}Weights`, '');
      url.value = withParam(rest, step, input, checked(target.name).join('~'));
      limit(group);
    } else if (target.closest('[data-source]')) {
      url.value = withSource(url.value, target.value);
    } else if (target.matches('select')) {
      const text = target.value === target.dataset.default ? '' : target.value;
      url.value = withParam(url.value, step, target.name, text);
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    startJob({ path: url.value, list });
  });
  for (const button of form.querySelectorAll('button[data-example]'))
    button.addEventListener('click', () => {
      url.value = button.dataset.example;
      sync();
    });
  sync();
}
