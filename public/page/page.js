// The page: shows the picture of a transform URL and the facts about it.
import { startJob } from './job.js';
import { problemOf, submitted } from './jobs-api.js';
import { pathOf } from './plan-url.js';
import { setUpRunner } from './runner.js';

const form = document.querySelector('#try');
const input = document.querySelector('#url');
const picture = document.querySelector('#picture');
const facts = document.querySelector('#facts');
const jobs = document.querySelector('#jobs');
let shown = '';
let asked = 0;

async function show(path) {
  const turn = ++asked;
  facts.classList.remove('problem');
  facts.textContent = 'Working…';
  const began = performance.now();
  try {
    const url = pathOf(path);
    const response = await fetch(url);
    if (response.status === 202) {
      startJob({ path: url, list: jobs, answer: submitted(response) });
      if (turn !== asked) return;
      picture.hidden = true;
      facts.textContent = 'This plan is too much for the edge, so it runs as a job.';
      return;
    }
    const blob = await response.blob();
    if (turn !== asked) return;
    if (!response.ok) throw problemOf(await blob.text(), response.status);
    if (!blob.type.startsWith('image/')) {
      facts.textContent = (await blob.text()).slice(0, 2000);
      return;
    }
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(blob);
    picture.src = shown;
    picture.alt = `Result of ${path}`;
    picture.hidden = false;
    await picture.decode();
    const ms = Math.round(performance.now() - began);
    const size = `${picture.naturalWidth}×${picture.naturalHeight}`;
    facts.textContent = `${size}, ${blob.type}, ${(blob.size / 1024).toFixed(1)} KiB, ${ms} ms; ${response.headers.get('server-timing') ?? ''}`;
  } catch (error) {
    if (turn !== asked) return;
    facts.classList.add('problem');
    facts.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** How often a picture is asked for again if the server was busy. */
const MAX_RETRIES = 5;
const retries = new WeakMap();

/** Asks for an example's picture again if the server was busy; otherwise replaces it by the reason why it is missing. */
async function explain(image) {
  const note = document.createElement('p');
  note.className = 'problem';
  try {
    const url = image.src;
    const response = await fetch(url);
    const text = await response.text();
    const count = retries.get(image) ?? 0;
    if ((response.status === 429 || response.ok) && count < MAX_RETRIES) {
      retries.set(image, count + 1);
      const seconds = response.ok ? 0 : Number(response.headers.get('Retry-After') ?? 1);
      setTimeout(() => {
        image.src = url;
      }, 1000 * seconds);
      return;
    }
    note.textContent = response.ok ? 'No picture.' : problemOf(text, response.status).message;
  } catch (error) {
    note.textContent = error instanceof Error ? error.message : String(error);
  }
  image.replaceWith(note);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  show(input.value);
});
for (const button of document.querySelectorAll('button[data-url]')) {
  button.addEventListener('click', () => {
    input.value = button.dataset.url;
    form.scrollIntoView({ behavior: 'smooth' });
    show(input.value);
  });
}
for (const image of document.querySelectorAll('figure img')) {
  image.addEventListener('error', () => explain(image));
  // It may have failed before this script ran.
  if (image.complete && image.naturalWidth === 0 && image.currentSrc) explain(image);
}
for (const runner of document.querySelectorAll('form.runner')) setUpRunner(runner);
show(input.value);
