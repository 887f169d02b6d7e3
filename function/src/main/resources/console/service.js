// The service itself: its models, its history, its state.

import {get, post} from './api.js';
import {badge, draw, h, since, table, time} from './dom.js';
import {MISSING, bytes, count, duration, ms, share} from './format.js';
import {line} from './found.js';

const HEALTH = {
  healthy: 'safe',
  degraded: 'person',
  unhealthy: 'harmful',
  failed: 'harmful',
  loading: 'undecided',
  pass: 'safe',
  warn: 'person',
  fail: 'harmful',
  pending: 'no_data',
};
const shape = tensors =>
  (tensors ?? [])
    .map(one => `${one.name}: ${one.type} [${one.shape.map(side => (side < 0 ? '?' : side)).join(', ')}]`)
    .join(', ') || MISSING;

export function models(app) {
  const body = h('div', {});
  const told = h('div', {role: 'status', 'data-testid': 'outcome'});
  const input = (name, label, more = {}) =>
    h('label', {}, label, ' ', h('input', {name, autocomplete: 'off', size: 12, ...more}));
  const form = h(
    'form',
    {
      class: 'buttons start',
      onsubmit: event => {
        event.preventDefault();
        const {model, version, path} = Object.fromEntries(new FormData(form));
        run(event.submitter?.value ?? 'validate', path ? {path, ...(model && {model})} : {model, version});
      },
    },
    input('model', 'Model'),
    input('version', 'Version'),
    input('path', 'or a file under MODELS_DIR, to validate', {size: 22}),
    h('button', {value: 'validate', disabled: !app.mayAct}, 'Validate'),
    h('button', {value: 'load', disabled: !app.mayAct}, 'Load'),
  );
  const node = h(
    'div',
    {},
    h('div', {class: 'head'}, h('h1', {}, 'Models')),
    told,
    body,
    h('h2', {}, 'Validate or load a file'),
    form,
    !app.mayAct && h('p', {class: 'note'}, 'You are a viewer. To load or unload, log in with the admin token.'),
  );

  async function run(verb, what) {
    const name = what.path ?? `${what.model}/${what.version}`;
    const tell = (kind, title, ...more) =>
      told.replaceChildren(
        h('div', {class: `notice ${kind}`}, badge({bad: 'harmful', good: 'safe'}[kind] ?? 'undecided', title), more),
      );
    tell('', `${verb} ${name} …`);
    try {
      const found = await post(`/admin/models/${verb}`, what);
      if (verb === 'validate' && !found.valid)
        tell(
          'bad',
          `${name} cannot be served`,
          h(
            'ul',
            {},
            found.faults.map(fault => h('li', {}, fault)),
          ),
          h('p', {}, 'Nothing was loaded. Mend the file and validate it again.'),
        );
      else
        tell(
          'good',
          verb === 'load'
            ? `${name} is loaded and warm at this instance. It has no traffic until a rollout gives it some.`
            : verb === 'unload'
              ? `${name} is unloaded at this instance.`
              : `${name} can be served.`,
        );
    } catch (refusal) {
      if (refusal.status === 401) return app.failed(refusal);
      const faults = (refusal.problem?.errors ?? []).map(one => h('li', {}, one.detail));
      tell(
        'bad',
        `${verb} ${name}: ${refusal.problem?.title ?? 'no answer'}`,
        h('p', {}, `${refusal.message}. Nothing has changed.`),
        faults.length ? h('ul', {}, faults) : '',
      );
    }
    return app.reload();
  }

  const button = (verb, label, what, why) =>
    h(
      'button',
      {
        type: 'button',
        class: 'small',
        disabled: !app.mayAct || Boolean(why),
        title: why || null,
        onclick: () => run(verb, what),
      },
      label,
    );

  async function load() {
    const [{models: all, available}, config] = await Promise.all([get('/admin/models'), get('/admin/config')]);
    draw(body, [all, available, config.models], () => [
      Object.entries(all).map(([model, versions]) => [
        h('h2', {}, model),
        table(
          `Versions of ${model}`,
          ['Version', 'State', {n: 'Traffic'}, 'Takes and gives', 'File', 'Checks', 'Change'],
          Object.entries(versions).map(([version, found]) => {
            const now = config.models[model] ?? {};
            const role = version === now.stable ? 'stable' : version === now.canary ? 'canary' : '';
            const fault = found.checks?.find(check => check.name === 'load' && check.status === 'fail');
            return h(
              'tr',
              {'data-testid': `version-${model}-${version}`, class: found.state === 'failed' && 'called'},
              h('th', {scope: 'row'}, version, role && h('p', {class: role}, role)),
              h(
                'td',
                {},
                badge(HEALTH[found.state] ?? 'no_data', found.state),
                fault && h('p', {class: 'fault'}, `${fault.message}. Mend the file and load it again, or unload it.`),
              ),
              h('td', {class: 'n'}, now.weights?.[version] === undefined ? MISSING : share(now.weights[version] * 100)),
              h('td', {class: 'says'}, shape(found.inputs), h('p', {class: 'note'}, '→ ', shape(found.outputs))),
              h(
                'td',
                {},
                bytes(found.file_bytes),
                h('p', {class: 'note', title: found.sha256}, found.sha256?.slice(0, 12)),
              ),
              h(
                'td',
                {class: 'says'},
                (found.checks ?? []).map(check =>
                  h(
                    'span',
                    {class: 'line', title: `${ms(check.duration_ms)}, every ${check.interval_s} s`},
                    badge(HEALTH[check.status] ?? 'no_data', check.name),
                    h('span', {class: 'note'}, ` ${check.message}`),
                  ),
                ),
              ),
              h(
                'td',
                {},
                found.state === 'failed' && button('load', 'Load again', {model, version}),
                button('unload', 'Unload', {model, version}, role && `${version} is ${role}: it cannot be unloaded`),
              ),
            );
          }),
        ),
      ]),
      available.length > 0 && [
        h('h2', {}, 'Not loaded'),
        table(
          'Files that are not loaded',
          ['Model', 'Version', {n: 'Change'}],
          available.map(({model, version}) =>
            h(
              'tr',
              {},
              h('th', {scope: 'row'}, model),
              h('td', {}, version),
              h(
                'td',
                {class: 'n'},
                button('validate', 'Validate', {model, version}),
                ' ',
                button('load', 'Load', {model, version}),
              ),
            ),
          ),
        ),
      ],
    ]);
  }

  return {title: 'Models', node, load, hears: event => event.event === 'moved'};
}

export function history(app, query) {
  const asked = new URLSearchParams(query);
  const body = h('div', {});
  const input = name =>
    h('label', {}, `${name} `, h('input', {name, value: asked.get(name) ?? '', autocomplete: 'off'}));
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

  async function load() {
    const {history: all} = await get(`/admin/history?limit=200${asked.size ? `&${asked}` : ''}`);
    draw(body, all, () =>
      all.length
        ? h(
            'ol',
            {class: 'history'},
            all.map(event => line(event, h('a', {href: `#/rollouts/${event.rollout}`}, event.model))),
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

export function system() {
  const body = h('div', {});
  const node = h('div', {}, h('div', {class: 'head'}, h('h1', {}, 'System')), body);

  async function load() {
    const {settings, ...now} = await get('/admin/system');
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
        h('a', {href: '/metrics'}, 'Metrics'),
        ' · ',
        h('a', {href: '/openapi.yml'}, 'API'),
        ' · ',
        h('a', {href: '/health'}, 'Health'),
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
