// The Cache-Status header of an answer (RFC 9211).

/** Where an answer came from: `ttl` in seconds, negative if it is stale; `detail` as a token. */
export type CacheStatus =
  | { hit: true; ttl: number; detail?: string }
  | { forwarded: 'miss' | 'stale'; ttl?: number; collapsed?: boolean; detail?: string };

/** The header's value. */
export function cacheStatus(status: CacheStatus): string {
  const { ttl, detail } = status;
  const params = [
    'hit' in status ? 'hit' : `fwd=${status.forwarded}`,
    ...('forwarded' in status && status.collapsed ? ['collapsed'] : []),
    ...(ttl === undefined ? [] : [`ttl=${ttl}`]),
    ...(detail === undefined ? [] : [`detail=${detail}`]),
  ];
  return ['tessera', ...params].join('; ');
}
