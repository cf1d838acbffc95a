// Shows the picture of a transform URL with what the server says about it.
const form = document.querySelector('#try');
const input = document.querySelector('#url');
const picture = document.querySelector('#picture');
const facts = document.querySelector('#facts');
let shown = '';
let asked = 0;

async function show(path) {
  const turn = ++asked;
  facts.classList.remove('problem');
  facts.textContent = 'Working…';
  const began = performance.now();
  try {
    const url = new URL(path, location.href);
    if (url.origin !== location.origin)
      throw new Error(`expected a path of this server, got ${url.origin}`);
    const response = await fetch(url);
    const blob = await response.blob();
    if (turn !== asked) return;
    if (!response.ok) throw new Error(JSON.parse(await blob.text()).detail);
    if (!blob.type.startsWith('image/')) {
      facts.textContent = (await blob.text()).slice(0, 2000);
      return;
    }
    if (shown) URL.revokeObjectURL(shown);
    shown = URL.createObjectURL(blob);
    picture.src = shown;
    picture.alt = `Result of ${path}`;
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
show(input.value);
