// Transform URLs as the site shows them: coloured by their parts, with the picture that they answer.
import { AppError } from '../../src/errors.ts';
import { escaped } from './html.ts';
import { linkFrom } from './page.ts';
import { type Picture, type Pictures, readUrl, requirementOf } from './pictures/pictures.ts';

/** Folder of rendered pictures in the site. Their names change with their content. */
export const PICTURES = 'pictures';

/** Longest side of the picture of an example, in px. */
const EXAMPLE = 512;

/** What a page needs of the site around it. */
export type Surroundings = {
  pictures: Pictures;
  /** Address of the playground from the root of the site, without `#`. */
  playground: string;
};

/** The path of a URL that begins with `/t/`, whatever its origin. */
export const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, '');

/** A transform URL with its parts marked: names of effects, parameters, values, the source. */
export function markedUrl(url: string): string {
  const path = pathOf(url);
  const [, plan = '', source = ''] = /^\/t\/(.*?)\/((?:asset|https?|r2|b64):.*)$/.exec(path) ?? [];
  if (source === '') return escaped(url);
  const segments = plan.split('/').filter((segment) => segment !== '');
  const origin = url.slice(0, url.length - path.length);
  // A long URL may be broken after a slash or a comma.
  return `${escaped(origin)}/t/<wbr>${segments.map((segment) => `${markedSegment(segment)}/<wbr>`).join('')}<span class="u-source">${escaped(source)}</span>`;
}

const markedSegment = (segment: string): string =>
  segment
    .split(',')
    .map((part) => {
      const [key = '', ...value] = part.split('=');
      if (value.length === 0) return `<b class="u-effect">${escaped(part)}</b>`;
      return `<span class="u-param">${escaped(key)}</span>=${escaped(value.join('='))}`;
    })
    .join(',<wbr>');

/** The address of the playground with this URL's plan and source, as a link on the page at `from`. */
export function playgroundLink(url: string, from: string, { playground }: Surroundings): string {
  const up = /^https?:/.test(playground) ? '' : '../'.repeat(from.split('/').length - 1);
  return escaped(`${up}${playground}#${pathOf(url).slice('/t/'.length)}`);
}

/** The URL of the picture that shows a URL's result in at most `EXAMPLE` px. */
function shownUrl(url: string): string {
  const path = pathOf(url);
  const at = path.search(/\/(?:asset|r2|b64|https?):/);
  const format = /[/,](?:f|q|lossless|compression)=/.test(path) ? '' : ',f=webp';
  return `${path.slice(0, at)}/w=${EXAMPLE},h=${EXAMPLE}${format}${path.slice(at)}`;
}

/** The result of a URL as the site shows it. Throws `Error` with the URL if the service refuses it. */
export async function resultOf(
  url: string,
  { pictures }: Surroundings,
): Promise<Picture | undefined> {
  try {
    return await pictures.of(shownUrl(url));
  } catch (error) {
    if (error instanceof AppError) throw new Error(`${url}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** An `<img>` of a rendered picture on the page at `from`. */
export const imageOf = (picture: Picture, alt: string, from: string): string =>
  `<img src="${linkFrom(from, `${PICTURES}/${picture.name}`)}" alt="${escaped(alt)}" width="${picture.width}" height="${picture.height}" loading="lazy" decoding="async">`;

/** Bytes in a short form. */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;

const requirementNotes = {
  gpu: 'A job: it runs on a GPU backend, so there is no picture of it here.',
  model:
    'It needs weights that <code>npm run models fast-style</code> downloads, so there is no picture of it here.',
} as const;

/** A URL with its picture, a caption in HTML, and a link to the playground. */
export async function exampleFigure(
  url: string,
  { caption = '', from }: { caption?: string; from: string },
  around: Surroundings,
): Promise<string> {
  const picture = await resultOf(url, around);
  const link = playgroundLink(url, from, around);
  const words = caption || escaped(pathOf(url));
  const shown =
    picture === undefined
      ? `<p class="requirement">${requirementNotes[requirementOf(readUrl(url)) ?? 'gpu']}</p>`
      : picture.mime.startsWith('image/')
        ? `<a class="shot" href="${link}" title="Open in the playground">${imageOf(picture, plainCaption(words), from)}</a>`
        : `<pre class="answer" tabindex="0">${escaped(new TextDecoder().decode(picture.bytes))}</pre>`;
  const text = caption ? `<p>${caption}</p>` : '';
  return `<figure class="example">${shown}<figcaption>${text}${addressBox(url)}<p class="example-links"><a href="${link}">Open in the playground</a></p></figcaption></figure>`;
}

/** A URL that can be copied. */
export const addressBox = (url: string): string =>
  `<div class="copied"><code class="address" data-copy="${escaped(pathOf(url))}">${markedUrl(pathOf(url))}</code></div>`;

const plainCaption = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&[a-z]+;/g, ' ');
