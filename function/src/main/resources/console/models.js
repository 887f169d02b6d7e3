// The versions of all models: how they are, and the buttons that try, load and unload one.

import {get, post} from './api.js';
import {badge, draw, h, table} from './dom.js';
import {MISSING, bytes, ms, share} from './format.js';

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
  const input = (field, label, more = {}) =>
    h('label', {}, label, ' ', h('input', {name: field, autocomplete: 'off', size: 12, ...more}));
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
    const subject = what.path ?? `${what.model}/${what.version}`;
    const tell = (kind, title, ...more) =>
      told.replaceChildren(
        h('div', {class: `notice ${kind}`}, badge({bad: 'harmful', good: 'safe'}[kind] ?? 'undecided', title), more),
      );
    tell('', `${verb} ${subject} …`);
    try {
      const found = await post(`/admin/models/${verb}`, what);
      if (verb === 'validate' && !found.valid)
        tell(
          'bad',
          `${subject} cannot be served`,
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
            ? `${subject} is loaded and warm at this instance. It has no traffic until a rollout gives it some.`
            : verb === 'unload'
              ? `${subject} is unloaded at this instance.`
              : `${subject} can be served.`,
        );
    } catch (refusal) {
      if (refusal.status === 401) return app.failed(refusal);
      const faults = (refusal.problem?.errors ?? []).map(one => h('li', {}, one.detail));
      tell(
        'bad',
        `${verb} ${subject}: ${refusal.problem?.title ?? 'no answer'}`,
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
        'data-key': `${verb} ${what.model}/${what.version}`,
        title: why || null,
        onclick: () => run(verb, what),
      },
      label,
    );

  async function load(signal) {
    const [{models: all, available}, config] = await Promise.all([
      get('/admin/models', signal),
      get('/admin/config', signal),
    ]);
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
                fault && h('p', {class: 'fault'}, `${fault.message.replace(/\.+$/, '')}. Mend the file and load it again, or unload it.`),
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
