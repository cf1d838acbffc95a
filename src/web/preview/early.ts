// The first picture is asked for while the catalogue is still on its way.

const early = new Map<string, Promise<Response>>();

/** Asks for a URL before anything else is known. */
export function askEarly(url: string, init: RequestInit): void {
  const response = fetch(url, init);
  response.catch(() => {});
  early.set(url, response);
}

/** The answer that was asked for early, once. */
export function takeEarly(url: string): Promise<Response> | undefined {
  const response = early.get(url);
  early.delete(url);
  return response;
}
