// What `npm start` prints about style transfer: examples for the installed models, and how to install the others.

/** The lines to print; `models` are the names of the installed models. */
export function styleExamples(origin: string, models: readonly string[]): string {
  const examples = [namedExample, fastExample, jobExample];
  return examples.flatMap((example) => example(origin, models)).join('\n');
}

/** The project brings its model along. */
function namedExample(origin: string, models: readonly string[]): string[] {
  const known = models.includes('named-styles');
  return known ? [`or ${origin}/t/w=512/style,style=wave/asset:landscape.jpg`] : [];
}

function fastExample(origin: string, models: readonly string[]): string[] {
  const whole = ['fast-style', 'fast-style-predictor'].every((name) => models.includes(name));
  if (!whole) return ['To paint any photo in any style: npm run models fast-style'];
  return [`or ${origin}/t/w=384/style,style=asset:painting.jpg/asset:landscape.jpg`];
}

function jobExample(origin: string, models: readonly string[]): string[] {
  const full = models.includes('vgg19');
  const engine = full ? 'vgg19' : 'slim';
  if (!models.includes(engine)) {
    return ['For optimised style transfer, as jobs: npm run models slim'];
  }
  const plan = `w=256/style,style=asset:painting.jpg,engine=${engine}`;
  return [
    `or ${origin}/t/${plan}/asset:chess.jpg, which becomes a job, or`,
    `curl -X POST -H 'Content-Type: application/json' -d '{"plan":"${plan}","source":"asset:chess.jpg"}' ${origin}/v1/jobs`,
  ];
}
