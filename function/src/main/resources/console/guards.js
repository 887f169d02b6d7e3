// Parts of the form of a new rollout: faults beside their fields, choices, and guards.

import {h} from './dom.js';
import {METRICS, given, kinds, members} from './plan.js';
import {margin, metric} from './rules.js';

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
            if (name === 'metric') {
              // It was called by what it measured.
              delete one.name;
              if (!kinds(one.metric).includes(one.kind)) [one.kind] = kinds(one.metric);
            }
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
  const typed = (name, label = name) =>
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
      ...(['score', 'loss'].includes(one.metric) ? [typed('score', 'name of the score')] : []),
      pick('kind', 'kind', kinds(one.metric)),
      ...members(one.metric, one.kind).map(name => typed(name.replace('?', ''))),
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

/** The guards of a preset, which are looked at: `change` makes them rows. */
export const preset = (guards, change) => [
  h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ['Metric', 'Margin', 'On harm'].map(title => h('th', {scope: 'col'}, title)),
      ),
    ),
    h(
      'tbody',
      {},
      guards.map(one =>
        h('tr', {}, h('th', {scope: 'row'}, metric(one)), h('td', {}, margin(one)), h('td', {}, one.action)),
      ),
    ),
  ),
  h('button', {type: 'button', class: 'small', onclick: change, 'data-key': 'guards'}, 'Change guards'),
];

/**
 * Guards that are changed, one row each.
 *
 * @param told follows what is typed
 * @param become is given the guards after one was added or removed; undefined for those of the preset
 */
export const rows = (guards, told, become) => [
  h('p', {class: 'note'}, 'Rates and tolerances are fractions: 0.1 is ten percent.'),
  guards.map((one, at) =>
    row(
      one,
      `/guards/${at}`,
      told,
      h(
        'button',
        {type: 'button', class: 'small', onclick: () => become(guards.filter(other => other !== one))},
        'Remove',
      ),
    ),
  ),
  h(
    'div',
    {class: 'buttons'},
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        'data-key': 'guards',
        onclick: () => become([...guards, {metric: 'error_rate', kind: 'maximum', bound: 0.01}]),
      },
      'Add a guard',
    ),
    h('button', {type: 'button', class: 'small', onclick: () => become(undefined)}, 'Back to the preset'),
  ),
];
