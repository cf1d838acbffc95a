// Port of a store for answers.

/** A store for answers. It keeps an answer for as long as its `Cache-Control` says, or less. */
export type ResponseCache = {
  match: (key: string) => Promise<Response | undefined>;
  /** Resolves when the answer is stored; reads its body to the end. */
  put: (key: string, response: Response) => Promise<void>;
  delete: (key: string) => Promise<void>;
};
