// The decisions of all rollouts, newest first.

import {get} from './api.js';
import {badge, draw, h} from './dom.js';
import {line} from './found.js';

export function decisions(app, query) {
  const asked = new URLSearchParams(query);
  const body = h('div', {});
  const input = field =>
    h('label', {}, `${field} `, h('input', {name: field, value: asked.get(field) ?? '', autocomplete: 'off'}));
  const form = h(
    'form',
    {
      class: 'buttons start',
      onsubmit: event => {
        event.preventDefault();
        location.hash = `#/history?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
      },
    },
    input('model'),
    input('tag'),
    h('button', {}, 'Filter'),
  );
  const node = h('div', {}, h('div', {class: 'head'}, h('h1', {}, 'History'), form), body);

  async function load(signal) {
    const filter = `limit=200${asked.size ? `&${asked}` : ''}`;
    const [{history: all}, {rollouts}] = await Promise.all([
      get(`/admin/history?${filter}`, signal),
      get(`/admin/rollouts?${filter}`, signal),
    ]);
    const versions = new Map(rollouts.map(one => [one.id, `${one.stable} → ${one.canary}`]));
    draw(body, [all, [...versions]], () =>
      all.length
        ? h(
            'ol',
            {class: 'history'},
            all.map(event =>
              line(event, [
                h(
                  'a',
                  {href: `#/rollouts/${event.rollout}`, 'data-key': `model ${event.rollout} ${event.sequence}`},
                  event.model,
                ),
                h('span', {}, versions.get(event.rollout) ?? ''),
              ]),
            ),
          )
        : h(
            'p',
            {class: 'empty'},
            badge(
              'no_data',
              asked.size
                ? 'Nothing fits this filter.'
                : 'Nothing was decided yet. Start a rollout, and every decision is here.',
            ),
          ),
    );
  }

  return {title: 'History', node, load};
}
