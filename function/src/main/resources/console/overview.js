// All models: who serves, what is on trial, and who has to be looked at first.

import {get} from './api.js';
import {badge, draw, h, since, table} from './dom.js';
import {MISSING, count, ms, percent, share} from './format.js';
import {VERDICTS, calls, lead, next, order, over, state, verdict} from './words.js';

/** The rollout of each model that is to be looked at: the one that is not over, else the newest. */
export function foremost(active, newest) {
  const found = new Map();
  for (const one of [...active, ...newest]) if (!found.has(one.model)) found.set(one.model, one);
  return found;
}

/** The p95 of the last minute in milliseconds, where it is known. */
export const p95 = version => version?.checks?.find(check => check.name === 'latency')?.value_ms;

const bar = (canary, label) =>
  h('span', {class: 'bar', role: 'img', 'aria-label': label, '--canary-part': `${canary}%`}, h('span', {}));

export function overview(app) {
  const body = h('div', {});
  const node = h(
    'div',
    {},
    h(
      'div',
      {class: 'head'},
      h('h1', {}, 'Overview'),
      h('a', {class: 'button primary', href: '#/new', 'data-key': 'new'}, 'New rollout'),
    ),
    body,
  );

  async function load(signal) {
    const [config, {rollouts: active}, {rollouts}, health, models] = await Promise.all([
      get('/admin/config', signal),
      get('/admin/rollouts?active=true&limit=1000', signal),
      get('/admin/rollouts?limit=200', signal),
      get('/health', signal),
      get('/admin/models', signal),
    ]);
    const latest = foremost(active, rollouts);
    const rows = await Promise.all(
      Object.entries(config.models).map(async ([model, now]) => {
        const brief = latest.get(model);
        const rollout = brief && !over(brief) ? await get(`/admin/rollouts/${brief.id}`, signal) : brief;
        const isTried = active.some(one => one.model === model) || now.weights[now.canary] > 0;
        const versions = [now.stable, ...(now.canary ? [now.canary] : [])].map((name, at) => ({
          name,
          role: !at ? 'stable' : isTried ? 'canary' : 'loaded',
          weight: (now.weights[name] ?? 0) * 100,
          errors: health.models?.[model]?.[name],
          p95: p95(models.models[model]?.[name]),
        }));
        return {model, rollout, versions};
      }),
    );
    const outside = [...latest.values()]
      .filter(one => !(one.model in config.models))
      .map(rollout => ({model: rollout.model, rollout, versions: []}));
    draw(body, order([...rows, ...outside]), all =>
      all.length
        ? table(
            'Models',
            ['Model', 'State', 'Versions and traffic', {n: 'Errors'}, {n: 'p95'}, 'Verdict', 'Next', {n: 'For'}],
            all.map(row),
          )
        : h(
            'section',
            {class: 'screen'},
            h('h2', {}, 'No model is loaded'),
            h('p', {}, 'Put a file into MODELS_DIR and load it under Models.'),
          ),
    );
  }

  const lines = cells => cells.map(cell => h('span', {class: 'line'}, cell));

  function row({model, rollout, versions}) {
    const active = rollout && !over(rollout);
    const canary = versions[1]?.weight ?? rollout?.share ?? 0;
    const call = rollout ? calls(rollout) : '';
    return h(
      'tr',
      {class: call && 'called', 'data-testid': `model-${model}`},
      h('th', {scope: 'row'}, rollout ? h('a', {href: `#/rollouts/${rollout.id}`, 'data-key': model}, model) : model),
      h(
        'td',
        {},
        rollout ? badge(...state(rollout)) : badge('no_data', 'no rollout'),
        rollout && h('p', {class: 'note'}, `${rollout.stable} → ${rollout.canary}`),
        call && h('p', {class: 'note'}, call),
      ),
      h(
        'td',
        {},
        lines(
          versions.length
            ? versions.map(version => [
                h('span', {class: version.role}, version.name),
                h('span', {class: 'note'}, ` ${version.role} `),
                share(version.weight),
              ])
            : [lead(rollout)],
        ),
        versions[1]?.role === 'canary' && bar(canary, `${versions[1].name} ${share(canary)}, ${versions[0].name} the rest`),
      ),
      h(
        'td',
        {class: 'n'},
        lines(
          versions.map(({errors}) =>
            errors?.predictions
              ? h(
                  'span',
                  {title: `${count(errors.predictions)} predictions in the last minute`},
                  percent(errors.error_rate),
                )
              : MISSING,
          ),
        ),
      ),
      h('td', {class: 'n'}, lines(versions.map(version => ms(version.p95)))),
      h('td', {}, active && rollout.guards ? badge(...VERDICTS[verdict(rollout.guards)]) : MISSING),
      h(
        'td',
        {class: 'next'},
        active
          ? next(rollout)
          : app.mayAct && versions[1]
            ? h(
                'a',
                {href: `#/new?${encodeURIComponent(model)}`, 'data-key': `new ${model}`},
                `Start a rollout of ${versions[1].name}`,
              )
            : h(
                'span',
                {class: 'note'},
                !versions.length
                  ? 'Release the next one by scripts/release'
                  : versions[1]
                    ? 'Whoever has the admin token starts the next'
                    : 'Load a second version to release it',
              ),
      ),
      h('td', {class: 'n'}, rollout ? since(rollout.ended_at ?? rollout.started_at ?? rollout.created_at) : MISSING),
    );
  }

  return {title: 'Overview', node, load};
}
