// The search in the top bar. Its index is a script, which is loaded when the search is first used: it also works without a server.
import { type Found, type IndexedPage, ranked } from './rank.ts';

declare global {
  /** What the script of the index calls. */
  var tesseraFound: ((index: IndexedPage[]) => void) | undefined;
}

/** Makes the search work; `/` or Ctrl-K goes to it. */
export function startSearch(): void {
  const box = document.querySelector<HTMLElement>('.find');
  const input = box?.querySelector('input');
  const panel = box?.querySelector<HTMLElement>('.found');
  const list = document.getElementById('found');
  if (!box || !input || !panel || !list) return;
  const root = document.body.dataset.root ?? '';
  let index: readonly IndexedPage[] | undefined;
  let found: readonly Found[] = [];
  let at = -1;

  function load(): void {
    if (globalThis.tesseraFound) return;
    globalThis.tesseraFound = (loaded) => {
      index = loaded;
      update();
    };
    const script = document.createElement('script');
    script.src = `${root}index.js`;
    document.head.append(script);
  }
  function update(): void {
    const query = input!.value;
    found = index ? ranked(index, query) : [];
    list!.replaceChildren(...found.map(option));
    const isOpen = query.trim() !== '' && index !== undefined;
    panel!.hidden = !isOpen;
    panel!.classList.toggle('is-empty', found.length === 0);
    input!.setAttribute('aria-expanded', String(isOpen));
    choose(found.length > 0 ? 0 : -1);
    const announcer = document.getElementById('announcer');
    if (announcer && isOpen)
      announcer.textContent = found.length === 0 ? 'Nothing found' : `${found.length} found`;
  }
  function choose(next: number): void {
    at = next;
    for (const [i, each] of [...list!.children].entries()) {
      each.setAttribute('aria-selected', String(i === at));
      if (i === at) each.scrollIntoView({ block: 'nearest' });
    }
    if (at < 0) input!.removeAttribute('aria-activedescendant');
    else input!.setAttribute('aria-activedescendant', `found-${at}`);
  }
  function close(): void {
    panel!.hidden = true;
    input!.setAttribute('aria-expanded', 'false');
  }

  function open(i: number): void {
    const { link } = found[i] ?? {};
    if (link === undefined) return;
    // A place on this page does not load it again.
    close();
    input!.blur();
    location.href = root + link;
  }

  input.addEventListener('focus', load);
  input.addEventListener('input', update);
  input.addEventListener('keydown', (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && found.length > 0) {
      event.preventDefault();
      choose((at + by + found.length) % found.length);
    } else if (event.key === 'Enter') {
      open(at);
    } else if (event.key === 'Escape') {
      input.value = '';
      update();
      input.blur();
    }
  });
  // The click on a place comes after the box has lost the focus.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  box.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && box.contains(relatedTarget))) close();
  });
  list.addEventListener('click', ({ target }) => {
    const item = target instanceof Element ? target.closest('li') : null;
    if (item) open([...list.children].indexOf(item));
  });
  addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey } = event;
    const isTyping = target instanceof HTMLElement && target.matches('input, textarea, select');
    const isAsked = (key === '/' && !isTyping) || (key === 'k' && (ctrlKey || metaKey));
    if (!isAsked) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

function option({ title, page, text }: Found, i: number): HTMLElement {
  const item = document.createElement('li');
  item.id = `found-${i}`;
  item.setAttribute('role', 'option');
  item.append(part('found-title', title), part('found-page', page), part('found-text', text));
  return item;
}

function part(name: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  return span;
}
