// A further picture: named ones, samples, a file of this device or an address. Several are mixed where the effect takes several.
import { h } from '../dom.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import type { Control, ControlUse } from './control.ts';
import type { Kind } from './kind.ts';

export function pictureControl(
  { id, name, schema, change }: ControlUse,
  { most, names }: Extract<Kind, { type: 'picture' }>,
  pictures: PictureShelf,
): Control {
  let chosen: string[] = [];
  const shelf = pictures.picker({
    id,
    label: name,
    names,
    previews: schema.ui?.previews ?? {},
    most,
    choose: (text) => {
      if (most === 1) return change(text);
      const others = chosen.filter((each) => each !== text);
      const next = chosen.includes(text) ? others : [...others, text];
      // A file of this device takes the place of all others, because an upload has one part for each parameter.
      const isFile = text.startsWith('file:') || next.some((each) => each.startsWith('file:'));
      const kept = isFile ? [text] : next.slice(-most);
      if (kept.length > 0) change(kept.join('~'));
    },
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
