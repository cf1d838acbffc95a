// Where answers are kept: a port of which there may be several, one behind the other.

/** A place for answers. It keeps what it is given for as long as its `Cache-Control` says, or less. */
export type ResponseCache = {
  match: (key: string) => Promise<Response | undefined>;
  /** Resolves once the answer is there; its body is read to the end. */
  put: (key: string, response: Response) => Promise<void>;
  delete: (key: string) => Promise<void>;
};
