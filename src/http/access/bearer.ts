// The token in a request's `Authorization` header (RFC 6750).
import type { Context } from 'hono';

/** The bearer token; undefined if there is none, or if it is longer than 200 characters. */
export const bearerToken = (c: Context): string | undefined =>
  /^Bearer +(\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1];
