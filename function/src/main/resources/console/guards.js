// Parts of the form of a new rollout: faults beside their fields, choices, and guards one by one.

import {h} from './dom.js';
import {METRICS, given, kinds, members} from './plan.js';

/** Where a fault with this pointer is said. */
export const fault = pointer => h('span', {class: 'fault', 'data-fault': pointer, id: `fault${pointer}`});

/** The options of a select: `first` stands for leaving it out. */
export const options = (all, chosen, first) => [
  first !== undefined && h('option', {value: ''}, first),
  Object.entries(all).map(([value, label]) => h('option', {value, selected: value === chosen}, label)),
];

/** A guard that can be changed: `told` follows each change, `remove` is the button that takes it away. */
export function row(one, pointer, told, remove) {
  const line = h('div', {class: 'guard'});
  const input = (name, label, make) =>
    h('label', {}, h('span', {class: 'note'}, label), make, fault(`${pointer}/${name}`));
  const pick = (name, label, all) =>
    input(
      name,
      label,
      h(
        'select',
        {
          'data-pointer': `${pointer}/${name}`,
          onchange: event => {
            one[name] = event.target.value;
            if (name === 'metric' && !kinds(one.metric).includes(one.kind)) one.kind = kinds(one.metric)[0];
            show();
            told();
          },
        },
        options(
          Object.fromEntries([...new Set([...all, one[name]].filter(Boolean))].map(word => [word, word])),
          one[name],
        ),
      ),
    );
  const type = (name, label = name) =>
    input(
      name,
      label,
      h('input', {
        size: 7,
        'data-pointer': `${pointer}/${name}`,
        value: one[name] ?? '',
        oninput: event => {
          one[name] = name === 'score' ? event.target.value : given(event.target.value);
          told();
        },
      }),
    );
  const show = () =>
    line.replaceChildren(
      pick('metric', 'metric', METRICS),
      ...(['score', 'loss'].includes(one.metric) ? [type('score', 'name of the score')] : []),
      pick('kind', 'kind', kinds(one.metric)),
      ...members(one.metric, one.kind).map(name => type(name.replace('?', ''))),
      ...(remove
        ? [
            pick('action', 'on harm', ['rollback', 'pause', 'reduce_traffic', 'alert']),
            pick('role', 'role', ['pacing', 'rollback_only']),
            remove,
          ]
        : []),
    );
  show();
  return line;
}
