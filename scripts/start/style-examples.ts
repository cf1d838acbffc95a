// What `npm start` says of styles: what to try with the models that are installed, and how to get those that are not.

/** Lines to show; `origin` is the server's, `models` are the names of those installed. */
export function styleExamples(origin: string, models: readonly string[]): string {
  return [...fastExample(origin, models), ...jobExample(origin, models)].join('\n');
}

function fastExample(origin: string, models: readonly string[]): string[] {
  const whole = ['fast-style', 'fast-style-predictor'].every((name) => models.includes(name));
  if (!whole) return ["For any painting's style on any photo: npm run models fast-style"];
  return [`or ${origin}/t/w=384/style,style=asset:painting.jpg/asset:landscape.jpg`];
}

function jobExample(origin: string, models: readonly string[]): string[] {
  const full = models.includes('vgg19');
  if (!full && !models.includes('vgg19-small')) {
    return ['For the finest styles, as jobs: npm run models vgg19'];
  }
  const weights = full ? '' : ',weights=small';
  const plan = `w=256/style,style=asset:painting.jpg,engine=vgg19${weights}`;
  return [
    `or ${origin}/t/${plan}/asset:chess.jpg, which becomes a job, or`,
    `curl -X POST -H 'Content-Type: application/json' -d '{"plan":"${plan}","source":"asset:chess.jpg"}' ${origin}/v1/jobs`,
  ];
}
