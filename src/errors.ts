// The one error type of the project and the closed list of codes a client can receive.

/** Every code that a response can carry. */
export const errorCodes = [
  'bad_url',
  'bad_option',
  'unknown_effect',
  'bad_source',
  'bad_body',
  'bad_signature',
  'expired',
  'source_forbidden',
  'redirect_forbidden',
  'not_allowed',
  'not_found',
  'source_missing',
  'job_missing',
  'method_not_allowed',
  'not_ready',
  'uri_too_long',
  'too_many_bytes',
  'not_an_image',
  'format_unsupported',
  'too_many_pixels',
  'undecodable',
  'over_budget',
  'busy',
  'rate_limited',
  'source_unreachable',
  'too_many_redirects',
  'source_timeout',
  'backend_unavailable',
  'model_missing',
  'loop',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** HTTP status of each code, for the Worker and the GPU backend alike. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  bad_url: 400,
  bad_option: 400,
  unknown_effect: 400,
  bad_source: 400,
  bad_body: 400,
  bad_signature: 403,
  expired: 403,
  source_forbidden: 403,
  redirect_forbidden: 403,
  not_allowed: 403,
  not_found: 404,
  source_missing: 404,
  job_missing: 404,
  method_not_allowed: 405,
  not_ready: 409,
  uri_too_long: 414,
  too_many_bytes: 413,
  not_an_image: 415,
  format_unsupported: 415,
  too_many_pixels: 422,
  undecodable: 422,
  over_budget: 422,
  busy: 429,
  rate_limited: 429,
  source_unreachable: 502,
  too_many_redirects: 502,
  source_timeout: 504,
  backend_unavailable: 503,
  model_missing: 503,
  loop: 508,
  internal: 500,
};

export type AppErrorOptions = {
  /** The parameter at fault, where there is one. */
  param?: string;
  /** Whether the same request may succeed later. */
  retryable?: boolean;
  /** Seconds after which asking again makes sense. */
  retryAfter?: number;
  /** For logs only; never shown to a client. */
  cause?: unknown;
};

/** A failure with a stable code and a message that is safe to show to a client. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.param = options.param;
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
  }
}

export type ParamErrorOptions = Omit<AppErrorOptions, 'param'> & {
  /** `bad_option` unless given. */
  code?: ErrorCode;
  /** Name of the parameter, as the client wrote it or as it is documented. */
  param: string;
  /** Completes "<param>: expected …". */
  expected: string;
  /** Completes ", got …"; left out if there is nothing to show, or if it may hold a secret. */
  got?: string | undefined;
};

/** The error for one wrong parameter: "<param>: expected …, got …". */
export function paramError({
  code = 'bad_option',
  param,
  expected,
  got,
  ...options
}: ParamErrorOptions): AppError {
  const shown = got === undefined ? '' : `, got ${got}`;
  return new AppError(code, `${param}: expected ${expected}${shown}`, { ...options, param });
}

/** A client's text as an error shows it: in quotes, cut after `most` characters. */
export const quoted = (text: string, most = 64): string =>
  JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);

/** The text of anything that was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
