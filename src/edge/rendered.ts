// The renderer as another entrypoint of the Worker, with the platform's cache in front of it.
import { AppError } from '../errors.ts';
import type { RenderedAnswers } from '../http/transform/rendered.ts';

/** The entrypoint `Renderer`, as the context of a request offers it. */
type Loopback = {
  exports: {
    Renderer: {
      fetch: (request: Request) => Promise<Response>;
      purgeTags: (tags: readonly string[]) => Promise<boolean>;
    };
  };
};

/** How long the platform may take to accept a purge, in seconds, before it is sent again. */
const RETRY_SECONDS = 5;

/** Asks the entrypoint; the platform answers instead if it has a copy. */
export const loopback: RenderedAnswers = {
  fetch: (request, context) => (context as Loopback).exports.Renderer.fetch(request),
  async purge(tags, context) {
    if (await (context as Loopback).exports.Renderer.purgeTags(tags)) return;
    throw new AppError('busy', 'expected the platform to accept the purge of its cache', {
      retryable: true,
      retryAfter: RETRY_SECONDS,
    });
  },
};
