// The service itself: its build, its store, its load and its settings.

import {get} from './api.js';
import {badge, draw, h, since, table, time} from './dom.js';
import {bytes, count} from './format.js';

export function system() {
  const body = h('div', {});
  const node = h('div', {}, h('div', {class: 'head'}, h('h1', {}, 'System')), body);

  async function load(signal) {
    const {settings, ...now} = await get('/admin/system', signal);
    const {load: busy = {}, controller = {}, store = {}} = now;
    const of = (part, all) =>
      part === undefined ? undefined : all === undefined ? count(part) : `${count(part)} of ${count(all)}`;
    const facts = [
      ['Version', `${now.version} (${now.revision})`],
      ['Instance', now.instance],
      ['Mode', now.mode],
      ['Runs for', now.started_at && since(now.started_at)],
      ['Store', badge(store.up ? 'safe' : 'harmful', `${store.kind}, ${store.up ? 'up' : 'away'}`)],
      [
        'Controller',
        badge(
          controller.away ? 'harmful' : 'safe',
          controller.away ? 'away' : controller.here ? 'here' : 'another instance',
        ),
        controller.away && controller.last_seen_at && [' last seen ', time(controller.last_seen_at)],
      ],
      ['Requests in flight', of(busy.in_flight, busy.in_flight_limit)],
      ['Rows in queues', of(busy.queue_rows)],
      [
        'Bodies in memory',
        busy.body_bytes !== undefined && `${bytes(busy.body_bytes)} of ${bytes(busy.body_bytes_limit)}`,
      ],
      ['Connections', of(busy.connections)],
      ['Deployments', (now.deployments ?? []).join(', ')],
    ];
    draw(body, [now.version, busy, controller.away, controller.here, store, settings], () => [
      h(
        'dl',
        {class: 'card facts'},
        facts.filter(([, what]) => what).map(([name, ...what]) => h('div', {}, h('dt', {}, name), h('dd', {}, what))),
      ),
      h(
        'p',
        {},
        h('a', {href: '/metrics', 'data-key': 'metrics'}, 'Metrics'),
        ' · ',
        h('a', {href: '/openapi.yml', 'data-key': 'api'}, 'API'),
        ' · ',
        h('a', {href: '/health', 'data-key': 'health'}, 'Health'),
      ),
      h('h2', {}, 'Settings'),
      table(
        'Settings',
        ['Name', 'Value', 'From'],
        settings.map(one =>
          h(
            'tr',
            {},
            h('th', {scope: 'row'}, h('code', {}, one.name)),
            h(
              'td',
              {},
              one.secret
                ? h('span', {class: 'note'}, one.set ? 'set, and secret' : 'not set')
                : h('code', {}, one.value),
            ),
            h('td', {class: 'note'}, one.default ? 'default' : ''),
          ),
        ),
      ),
    ]);
  }

  return {title: 'System', node, load, hears: () => false};
}
