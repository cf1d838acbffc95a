// The view of a job: state, progress, the newest picture, and the buttons for its state.

const COMMAND = /(npm run models [\w-]+)/;

/** "2 min 5 s". */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}

/** A copy of the page's template, with a function for each part that changes. */
export function jobView(path) {
  const element = document.querySelector('#job').content.firstElementChild.cloneNode(true);
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const buttons = { cancel: part('cancel'), again: part('again'), remove: part('remove') };
  const [picture, bar] = [part('picture'), part('progress')];
  part('url').textContent = path;
  element.setAttribute('aria-label', `Job of ${path}`);
  picture.alt = `Result of ${path}`;
  let wanted = '';
  let loading;

  return {
    element,
    buttons,
    text: (name, text) => {
      const target = part(name);
      if (target.textContent === text) return;
      target.textContent = text;
      target.hidden = text === '';
    },
    state: (state) => {
      element.dataset.state = state;
      element.setAttribute('aria-busy', String(['queued', 'running'].includes(state)));
      bar.hidden = !['submitting', 'queued', 'running'].includes(state);
      buttons.cancel.hidden = !['queued', 'running'].includes(state);
      buttons.again.hidden = !['failed', 'canceled'].includes(state);
      buttons.remove.hidden = !['failed', 'canceled', 'succeeded'].includes(state);
      if (state !== 'succeeded') part('open').hidden = true;
      if (state !== 'running') bar.removeAttribute('value');
    },
    /** Share of the work that is done, 0 to 1. */
    progress: (share) => {
      bar.value = share;
    },
    /** Shows a picture once it is decoded; until then the previous one stays. Rejects if it cannot be shown. */
    picture: async (url, kind) => {
      wanted = url;
      // Replayed events name many previews at once; only the last one is fetched.
      await Promise.resolve(loading).catch(() => {});
      if (wanted !== url) return;
      const next = new Image();
      next.src = url;
      loading = next.decode();
      await loading;
      if (wanted !== url) return;
      picture.src = url;
      picture.dataset.kind = kind;
      picture.hidden = false;
    },
    link: (name, url, label) => {
      const target = part(name);
      target.href = url;
      target.textContent = label;
      target.hidden = false;
    },
    /** Shows an error message; a command in it is shown as code. */
    problem: (message) => {
      const target = part('problem');
      target.hidden = message === '';
      target.replaceChildren(
        ...message.split(COMMAND).map((piece, i) => {
          if (i % 2 === 0) return piece;
          const command = document.createElement('code');
          command.textContent = piece;
          return command;
        }),
      );
    },
  };
}
