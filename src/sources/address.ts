// Classifies hosts of URLs: names, public addresses and private ones, from tables of address ranges.
import { ipv6Groups } from './ipv6-groups.ts';

type Range = { first: bigint; last: bigint };

// IANA's special-purpose registry (RFC 6890 and later), and the addresses of cloud metadata services.
const specialV4 = [
  '0.0.0.0/8', // "this network", unspecified
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; Alibaba's metadata 100.100.100.200
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's host, a public address that only virtual machines reach
  '169.254.0.0/16', // link-local; metadata 169.254.169.254
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; Oracle's metadata 192.0.0.192
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
].map(parseV4Range);

// The only range assigned for global use. Everything outside it is refused: loopback, unspecified, IPv4-compatible and -mapped,
// SIIT, NAT64, ULA, link-local, site-local and multicast addresses, and unassigned ranges.
const globalV6 = parseV6Range('2000::/3');

const specialV6 = [
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3ffe::/16', // 6bone, given back
  '3fff::/20', // documentation
].map(parseV6Range);

/**
 * Classifies the `hostname` of a parsed `URL`: a DNS `name`, a literal `public` address, or
 * `private`: any special address, an IPv6 address that embeds an IPv4 address, and names of the
 * local machine or network (`localhost`, `.local`, `.internal`, single labels, a final dot).
 */
export function classifyHost(hostname: string): 'name' | 'public' | 'private' {
  const host = hostname.toLowerCase();
  if (host.startsWith('[')) return isPublicV6(host.slice(1, -1)) ? 'public' : 'private';
  if (/^\d+(?:\.\d+){3}$/.test(host)) return isPublicV4(host) ? 'public' : 'private';
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  // A last label that is a number would be another spelling of an IPv4 address; a parsed URL never has one.
  if (labels.length === 1 || last === '' || /^(?:\d+|0x[0-9a-f]*)$/.test(last)) return 'private';
  if (['localhost', 'local', 'internal'].includes(last)) return 'private';
  return host === 'home.arpa' || host.endsWith('.home.arpa') ? 'private' : 'name';
}

function isPublicV4(text: string): boolean {
  const address = parseV4(text);
  return address !== undefined && !specialV4.some((range) => isIn(range, address));
}

function isPublicV6(text: string): boolean {
  const address = parseV6(text);
  if (address === undefined || !isIn(globalV6, address)) return false;
  // ISATAP: the lower half is 0000:5efe or 0200:5efe and an IPv4 address, under any prefix.
  const marker = (address >> 32n) & 0xffff_ffffn;
  if (marker === 0x0000_5efen || marker === 0x0200_5efen) return false;
  return !specialV6.some((range) => isIn(range, address));
}

function isIn({ first, last }: Range, address: bigint): boolean {
  return first <= address && address <= last;
}

function parseV4(text: string): bigint | undefined {
  let address = 0n;
  for (const part of text.split('.')) {
    if (Number(part) > 255) return undefined;
    address = address * 256n + BigInt(part);
  }
  return address;
}

/** Reads the form in which a parsed URL writes every IPv6 address: hexadecimal groups and `::`. */
function parseV6(text: string): bigint | undefined {
  return ipv6Groups(text)?.reduce((address, group) => address * 65536n + BigInt(group), 0n);
}

function parseV4Range(text: string): Range {
  return toRange(text, parseV4, 32);
}

function parseV6Range(text: string): Range {
  return toRange(text, parseV6, 128);
}

function toRange(text: string, parse: (text: string) => bigint | undefined, bits: number): Range {
  const [network = '', prefix] = text.split('/');
  const first = parse(network);
  if (first === undefined) throw new Error(`malformed address range ${text}`);
  return { first, last: first + (1n << BigInt(bits - Number(prefix))) - 1n };
}
