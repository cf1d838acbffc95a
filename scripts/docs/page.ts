// The page at `/`: every effect with its examples, rendered at once or as a job, and a box to try a URL.
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import { html } from './html.ts';
import { jobTemplate, runner } from './runner.ts';
import { valuesOf } from './tables.ts';

export type PageContent = {
  entries: readonly CatalogEntry[];
  /** Examples that run as jobs. They start when a button is pressed, not when the page loads. */
  gpuOnly: ReadonlySet<string>;
  /** File names of the sample pictures. */
  samples: readonly string[];
};

const code = (text: string): string => html(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');

function figure(url: string): string {
  return `<figure><a href="${html(url)}"><img src="${html(url)}" alt="Result of ${html(url)}" loading="lazy"></a><figcaption><code>${html(url)}</code> <button type="button" data-url="${html(url)}">Try</button></figcaption></figure>`;
}

/** A link for each name that a parameter knows, with its thumbnail `/thumbnails/<effect>/<name>.webp`. */
function nameLinks({ name, parameters }: CatalogEntry): string[] {
  const links = Object.entries(parameters.properties).flatMap(([param, { names = [] }]) =>
    names.map(
      (each) =>
        `<a href="/t/w=512/${name},${param}=${each}/asset:landscape.jpg"><img src="/thumbnails/${name}/${each}.webp" alt="" loading="lazy" width="112" height="112"><code>${each}</code></a>`,
    ),
  );
  return links.length > 0 ? [`<div class="names">\n${links.join('\n')}\n</div>`] : [];
}

function section(entry: CatalogEntry, { gpuOnly, samples }: PageContent): string {
  const { name, summary, segment, parameters, examples } = entry;
  const light = examples.filter((url) => !gpuOnly.has(url));
  const figures = `<div class="figures">\n${light.map(figure).join('\n')}\n</div>`;
  const jobs = examples.filter((url) => gpuOnly.has(url));
  const rows = Object.entries(parameters.properties).map(([param, schema]) => {
    const value =
      schema.default === undefined ? '' : `<code>${html(String(schema.default))}</code>`;
    return `<tr><th scope="row"><code>${param}</code></th><td>${code(valuesOf(schema))}</td><td>${value}</td><td>${code(schema.description ?? '')}</td></tr>`;
  });
  return `<section id="${name}">
<h2>${segment === 'options' ? `Options: ${html(name)}` : `<code>${name}</code>`}</h2>
<p>${html(summary)}</p>
${[...nameLinks(entry), ...(light.length > 0 ? [figures] : []), ...(jobs.length > 0 ? [runner(entry, jobs, samples)] : [])].join('\n')}
<details><summary>Parameters</summary>
<table><thead><tr><th>name</th><th>values</th><th>default</th><th></th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></details>
</section>`;
}

/** The whole document. */
export function page(content: PageContent): string {
  const { entries } = content;
  const first = entries.find((entry) => entry.name === 'hybrid')?.example ?? '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tessera: image effects in a URL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/page.css">
<link rel="stylesheet" href="/page/job.css">
<script type="module" src="/page/page.js"></script>
</head>
<body>
<header>
<h1>Tessera</h1>
<p>Image effects in a URL. Write the steps into the path, the picture comes back.</p>
</header>
<main>
<form id="try">
<label for="url">A transform URL of this server</label>
<div class="bar"><input id="url" name="url" value="${html(first)}" spellcheck="false" autocomplete="off"><button type="submit">Show</button></div>
<output id="shown" for="url"><img id="picture" alt="" src="${html(first)}"><p id="facts" role="status"></p></output>
</form>
<div class="jobs" id="jobs"></div>
${entries.map((entry) => section(entry, content)).join('\n')}
</main>
<footer><a href="/v1/effects">Catalogue</a> <a href="/openapi.json">OpenAPI</a></footer>
${jobTemplate}
</body>
</html>
`;
}
