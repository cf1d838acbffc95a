// The text of `tessera --help`.

export const USAGE = `usage: tessera <plan> <input>... <output>   renders pictures
       tessera effects [name]               lists effects and their parameters
       tessera serve [--port <number>]      starts the service on this machine

  <plan>    what to do, as in a URL of the service: 'w=640/pixelate,block=8/f=png'
  <input>   a file, a folder, a pattern ('photos/*.jpg'), asset:<name> (a sample picture), or - (standard input)
  <output>  a file, a folder (a name without extension), a template, or - (standard output);
            templates contain {dir}, {name}, {ext} and {format}: 'out/{dir}/{name}-small.{format}'

  --input <parameter>=<file>  a further picture: --input far=dog.jpg; several times for several styles
  --force          replaces existing files
  --jobs <number>  pictures at the same time (default: number of cores)
  --watch          renders again when an input changes; Ctrl-C ends it
  --dry-run        says what would be rendered, and renders nothing
  --json           one line of JSON for each picture, on the standard output
  --quiet          errors only
  --timeout <s>    longest time for one picture, in seconds (default: 3600)
  --memory <MB>    most memory for one picture (default: what is free, divided by --jobs)
  --device <kind>  for long style transfer: auto, cuda, webgpu, cpu (default: auto)
  --models <path>  folder of installed models, besides those of the project
  --port <number>  where the service listens (default: 8787)
  --help, --version

exit codes: 0 all done, 1 a picture failed, 2 wrong usage, 130 interrupted`;
