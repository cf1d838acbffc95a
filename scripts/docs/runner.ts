// The page's form for an effect that runs as a job, and the template for a job.
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import type { ParamSchema } from '../../src/plan/schema.ts';
import { html } from './html.ts';

/** The form: sample pictures to choose from, a select for each parameter with fixed values, the URL, and the button that runs it. */
export function runner(
  { name, inputs, parameters }: CatalogEntry,
  examples: readonly string[],
  samples: readonly string[],
): string {
  const choices = Object.entries(parameters.properties).flatMap(([param, schema]) =>
    schema.enum && schema.enum.length > 1 && schema.default !== undefined
      ? [choice(param, schema)]
      : [],
  );
  const others = examples.length > 1 ? [exampleButtons(examples)] : [];
  return `<form class="runner" data-step="${name}">
<div class="pickers">
${picker({ legend: 'picture', group: `${name}-source`, data: 'data-source', type: 'radio' }, samples)}
${inputs.map((input) => inputPicker(name, input, parameters.properties[input], samples)).join('\n')}
</div>
<div class="choices">
${choices.join('\n')}
</div>
${others.join('\n')}
<label for="${name}-url">Transform URL</label>
<div class="bar"><input type="text" id="${name}-url" name="url" value="${html(examples[0] ?? '')}" spellcheck="false" autocomplete="off"><button type="submit">Run</button></div>
<p class="hint">This runs as a job on a GPU backend and takes a while. It starts when you press Run, and goes on while you change the form.</p>
</form>
<div class="jobs"></div>`;
}

function inputPicker(
  step: string,
  input: string,
  schema: ParamSchema | undefined,
  samples: readonly string[],
): string {
  const most = schema?.most ?? 1;
  const legend = most > 1 ? `${input}, up to ${most}` : input;
  const data = `data-input="${input}" data-most="${most}"`;
  const type = most > 1 ? 'checkbox' : 'radio';
  return picker({ legend, group: `${step}-${input}`, data, type }, samples);
}

type Picker = { legend: string; group: string; data: string; type: 'radio' | 'checkbox' };

function picker({ legend, group, data, type }: Picker, samples: readonly string[]): string {
  const boxes = samples.map(
    (file) =>
      `<label><input type="${type}" name="${group}" value="asset:${html(file)}"><img src="/samples/${html(file)}" alt="${html(file.replace(/\.\w+$/, ''))}" loading="lazy" width="72" height="72"></label>`,
  );
  return `<fieldset ${data}><legend>${legend}</legend>
${boxes.join('\n')}
</fieldset>`;
}

function choice(param: string, schema: ParamSchema): string {
  const initial = String(schema.default);
  const options = (schema.enum ?? []).map((value) => `<option>${html(String(value))}</option>`);
  return `<label>${param} <select name="${param}" data-default="${html(initial)}">${options.join('')}</select></label>`;
}

const exampleButtons = (examples: readonly string[]): string =>
  `<p class="examples">Examples: ${examples
    .map(
      (url, i) =>
        `<button type="button" class="plain" data-example="${html(url)}" title="${html(url)}">${i + 1}</button>`,
    )
    .join(' ')}</p>`;

/** The page copies this template for each job. */
export const jobTemplate = `<template id="job">
<article class="job" tabindex="-1">
<div class="stage"><img data-part="picture" alt="" hidden></div>
<div class="course">
<p data-part="url"></p>
<p data-part="state" role="status"></p>
<progress data-part="progress" max="1" aria-label="Progress of the job"></progress>
<p data-part="numbers" hidden></p>
<p data-part="losses" hidden></p>
<p data-part="lost" role="status"></p>
<p class="heard" data-part="heard" role="status"></p>
<p data-part="problem" role="alert" hidden></p>
<div class="actions"><button type="button" class="plain" data-part="cancel" hidden>Cancel</button><button type="button" data-part="again" hidden>Try again</button><a data-part="open" target="_blank" hidden></a><a data-part="details" target="_blank" hidden></a><button type="button" class="plain" data-part="remove" hidden>Remove</button></div>
</div>
</article>
</template>`;
