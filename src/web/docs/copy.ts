// Buttons that copy code and URLs.

/** How long a button says that it copied, in milliseconds. */
const SAID_MS = 1500;

/** Adds a button to every block of code and to every address; it lies over their boxes, so nothing moves. */
export function addCopyButtons(): void {
  for (const box of document.querySelectorAll<HTMLElement>('.copied')) {
    const code = box.firstElementChild as HTMLElement;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', () => void copy(textOf(code), button));
    box.append(button);
  }
}

/** A URL with the origin of this page if a service serves it, else as it is shown. */
function textOf(code: HTMLElement): string {
  const { copy: path } = code.dataset;
  if (path === undefined) return (code.textContent ?? '').trimEnd();
  return location.protocol.startsWith('http') ? new URL(path, location.origin).href : path;
}

async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  const say = (words: string): void => {
    button.textContent = words;
    const announcer = document.getElementById('announcer');
    if (announcer) announcer.textContent = words;
  };
  try {
    await navigator.clipboard.writeText(text);
    say('Copied');
  } catch {
    say('Not allowed');
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, SAID_MS);
}
