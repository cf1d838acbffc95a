// The address tables: each boundary of each range, and every spelling that a URL parser accepts.
import { describe, expect, test } from 'vitest';
import { classifyHost } from '../../src/sources/address.ts';

const classify = (host: string) => classifyHost(new URL(`http://${host}/`).hostname);

// [before, first, last, after]; a neighbour in a special range of its own is marked with "!".
const v4Ranges = [
  ['', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17'],
  ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['192.88.98.255', '192.88.99.0', '192.88.99.255', '192.88.100.0'],
  ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['198.51.99.255', '198.51.100.0', '198.51.100.255', '198.51.101.0'],
  ['203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0'],
  ['223.255.255.255', '224.0.0.0', '239.255.255.255', '!240.0.0.0'],
  ['!239.255.255.255', '240.0.0.0', '255.255.255.255', ''],
];

const max = 'ffff:ffff:ffff:ffff:ffff:ffff';
const v6Ranges = [
  ['', '::', `1fff:ffff:${max}`, '2000::'],
  ['2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2001::', `2001:1ff:${max}`, '2001:200::'],
  [`2001:db7:${max}`, '2001:db8::', `2001:db8:${max}`, '2001:db9::'],
  [`2001:ffff:${max}`, '2002::', `2002:ffff:${max}`, '2003::'],
  [`3ffd:ffff:${max}`, '3ffe::', `3ffe:ffff:${max}`, '3fff:1000::'],
  [`3ffd:ffff:${max}`, '3fff::', `3fff:fff:${max}`, '3fff:1000::'],
  [`3fff:ffff:${max}`, '4000::', `ffff:ffff:${max}`, ''],
];

// These ranges lie outside 2000::/3, so their neighbours are not public either.
const v6Special = [
  ['unspecified', '::', '::'],
  ['loopback', '::1', '::1'],
  ['IPv4-compatible', '::', '::ffff:ffff'],
  ['IPv4-mapped', '::ffff:0:0', '::ffff:ffff:ffff'],
  ['SIIT', '::ffff:0:0:0', '::ffff:0:ffff:ffff'],
  ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['local NAT64', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['ULA', 'fc00::', `fdff:ffff:${max}`],
  ['link-local', 'fe80::', `febf:ffff:${max}`],
  ['site-local', 'fec0::', `feff:ffff:${max}`],
  ['multicast', 'ff00::', `ffff:ffff:${max}`],
];

function expectBoundaries(range: string[], wrap: (address: string) => string): void {
  const [before = '', first = '', last = '', after = ''] = range;
  expect([classify(wrap(first)), classify(wrap(last))]).toEqual(['private', 'private']);
  for (const neighbour of [before, after].filter((address) => address !== '')) {
    const expected = neighbour.startsWith('!') ? 'private' : 'public';
    expect([neighbour, classify(wrap(neighbour.replace('!', '')))]).toEqual([neighbour, expected]);
  }
}

describe('IPv4', () => {
  test.each(v4Ranges.map((range) => [range]))('%j has exact boundaries', (range) => {
    expectBoundaries(range, (address) => address);
  });

  test.each(['172.32.0.1', '100.128.0.1', '192.169.0.1', '8.8.8.8', '1.1.1.1'])(
    '%s is not private by mistake',
    (host) => {
      expect(classify(host)).toBe('public');
    },
  );

  test.each([
    '127.0.0.1',
    '0.0.0.0',
    '0',
    '169.254.169.254',
    '100.100.100.200',
    '192.0.0.192',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '017700000001',
    '0177.0.0.1',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '１２７.０.０.１',
    '127。0。0。1',
    '%31%32%37.0.0.1',
  ])('%s is private', (host) => {
    expect(classify(host)).toBe('private');
  });
});

describe('IPv6', () => {
  test.each(v6Ranges.map((range) => [range]))('%j has exact boundaries', (range) => {
    expectBoundaries(range, (address) => `[${address}]`);
  });

  test.each(v6Special)('%s from %s to %s is private', (_, first, last) => {
    expect([classify(`[${first}]`), classify(`[${last}]`)]).toEqual(['private', 'private']);
  });

  test.each([
    ['mapped', '[::ffff:127.0.0.1]'],
    ['mapped, a public address', '[::ffff:8.8.8.8]'],
    ['compatible', '[::127.0.0.1]'],
    ['SIIT', '[::ffff:0:127.0.0.1]'],
    ['6to4', '[2002:7f00:1::]'],
    ['6to4, a public address', '[2002:808:808::1]'],
    ['NAT64', '[64:ff9b::10.0.0.1]'],
    ['local NAT64', '[64:ff9b:1::10.0.0.1]'],
    ['Teredo', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
    ['ISATAP', '[fe80::5efe:10.0.0.1]'],
    ['ISATAP under a public prefix', '[2a00:1450:4001:801:0:5efe:10.0.0.1]'],
    ['ISATAP with the global bit', '[2a00:1450:4001:801:200:5efe:8.8.8.8]'],
    ['metadata', '[fd00:ec2::254]'],
  ])('%s is private: %s', (_, host) => {
    expect(classify(host)).toBe('private');
  });

  test.each([
    '[2a00:1450:4001:801::200e]',
    '[2606:4700:4700::1111]',
    '[2001:4860:4860::8888]',
    '[2a00:1450:4001:801:1:5efe:a00:1]',
    '[2a00:1450:4001:801:0:5eff:a00:1]',
  ])('%s is public', (host) => {
    expect(classify(host)).toBe('public');
  });

  test.each([
    '[',
    '[]',
    '[1]',
    '[2a00:::1]',
    '[2a00::1::2]',
    '[2a00:1:2:3:4:5:6:7:8]',
    '[2a00::12345]',
    '[2a00::1%eth0]',
  ])('what no parsed URL contains is private: %s', (hostname) => {
    expect(classifyHost(hostname)).toBe('private');
  });
});

describe('names', () => {
  test.each([
    'example.com',
    'images.example.co.uk',
    'localhost.example.com',
    'internal.example',
    'a.b',
    'xn--bcher-kva.example',
    '10.0.0.1.example',
    'notlocal.notlocal',
  ])('%s is a name', (host) => {
    expect(classify(host)).toBe('name');
  });

  test.each([
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'router.home.arpa',
    'home.arpa',
    'intranet',
    'example.com.',
    'ⓛocalhost',
  ])('%s is private', (host) => {
    expect(classify(host)).toBe('private');
  });

  test.each(['', '.', 'a..', '256.0.0.1', '1.2.3', 'example.0x7f', 'LOCALHOST', 'A.Local'])(
    'what no parsed URL contains is private: %j',
    (hostname) => {
      expect(classifyHost(hostname)).toBe('private');
    },
  );
});
