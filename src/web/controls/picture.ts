// A further picture: named ones, samples, a file of this device or an address. Several are mixed where the effect takes several.
import { h } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import { isFile } from '../state/work.ts';
import type { Control, ControlUse } from './control.ts';
import type { Kind } from './kind.ts';

/**
 * The chosen pictures after one more click: a chosen one is taken away unless it is the last. Names are not mixed with pictures, and a
 * file of this device is not mixed at all, because an upload has one part for each parameter.
 */
export function chosenAfter(
  text: string,
  chosen: readonly string[],
  { most, names }: { most: number; names: readonly string[] },
): string[] {
  const others = chosen.filter((each) => each !== text);
  if (others.length < chosen.length) return others.length > 0 ? others : [text];
  const mixes = (each: string): boolean =>
    !isFile(each) && !isFile(text) && names.includes(each) === names.includes(text);
  return [...others.filter(mixes), text].slice(-most);
}

export function pictureControl(
  { id, label, name, change }: ControlUse,
  { most, names }: Extract<Kind, { type: 'picture' }>,
  { pictures, previews }: { pictures: PictureShelf; previews: Readonly<Record<string, string>> },
): Control {
  let chosen: readonly string[] = [];
  const shelf = pictures.picker({
    id,
    label,
    param: name,
    names,
    previews,
    choose: (text) => change(chosenAfter(text, chosen, { most, names }).join('~')),
  });
  return {
    element: h('div', { class: 'picture-control' }, shelf.element),
    group: true,
    show: (value) => {
      chosen = value === undefined ? [] : value.split('~');
      shelf.show(chosen);
    },
  };
}
