// A new rollout: what is left empty is the preset's, shown as such; a dry run says at once what would be.

import {get, key, post} from './api.js';
import {badge, draw, h} from './dom.js';
import {duration, share} from './format.js';
import {fault, options, row} from './guards.js';
import {CHOICES, ENDS, NUMBERS, PRESETS, body} from './plan.js';
import {CHOOSE, foreseen, margin, metric} from './words.js';

export function create(app, wanted) {
  const values = {
    model: wanted,
    preset: 'canary',
    success: {metric: 'score', score: 'reward', kind: 'improvement', minimum_effect: 0.01},
  };
  let guards;
  let plan;
  let once = key();
  let due;
  let newest = 0;
  let known;

  const field = (name, label, input, pointer = `/${name}`) => {
    input.id = `f-${name}`;
    input.dataset.pointer = pointer;
    return h('div', {class: 'field'}, h('label', {for: input.id}, label), input, fault(pointer));
  };
  const keep = (name, more) => ({
    oninput: event => {
      values[name] = event.target.value;
      more?.();
      changed();
    },
    'data-key': name,
    name,
  });
  const text = (name, label, more = {}) =>
    field(name, label, h('input', {...keep(name), autocomplete: 'off', ...more}));
  const model = h(
    'select',
    keep('model', () => choose()),
  );
  const version = h('select', keep('version'));
  const usual = Object.fromEntries(
    Object.entries(CHOICES).map(([name, [, all]]) => [name, h('select', keep(name), options(all, '', 'usual'))]),
  );
  const numbers = Object.fromEntries(
    Object.keys(NUMBERS).map(name => [
      name,
      h('input', {...keep(name), inputmode: 'decimal', autocomplete: 'off', size: 8}),
    ]),
  );
  const preset = h(
    'select',
    keep('preset', () => special()),
    options(Object.fromEntries(Object.entries(PRESETS).map(([name, what]) => [name, `${name}: ${what}`])), 'canary'),
  );
  const extra = h('div', {class: 'extra'});
  const table = h('div', {class: 'guards'});
  const preview = h('aside', {class: 'card preview', 'aria-label': 'Preview', 'data-testid': 'preview'});
  const steps = text('steps', 'Steps, percent', {placeholder: '1, 5, 25, 50'});
  const start = h('button', {class: 'primary', 'data-testid': 'start', disabled: !app.mayAct}, 'Start rollout');
  const draft = h('button', {type: 'button', disabled: !app.mayAct, onclick: () => write(false)}, 'Save as draft');
  const chosen = name => field(name, CHOICES[name][0], usual[name]);
  const form = h(
    'form',
    {
      class: 'form',
      novalidate: true,
      onsubmit: event => {
        event.preventDefault();
        write(true);
      },
    },
    h(
      'fieldset',
      {},
      h('legend', {}, 'What'),
      field('model', 'Model', model),
      field('version', 'Version on trial', version),
      text('name', 'Name'),
      text('tags', 'Tags'),
      text('description', 'Description', {class: 'long'}),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'How'),
      field('preset', 'Preset', preset),
      extra,
      steps,
      ...['pace', 'promotion', 'mode', 'auto_rollback'].map(chosen),
    ),
    h('fieldset', {}, h('legend', {}, 'Guards'), table),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Deadline'),
      ...['deadline_minutes', 'max_extension_minutes'].map(name => field(name, NUMBERS[name], numbers[name])),
      chosen('on_timeout'),
    ),
    h(
      'details',
      {},
      h('summary', {}, 'More'),
      h(
        'fieldset',
        {},
        text('min_minutes', 'Minutes each step lasts', {inputmode: 'decimal'}),
        text('min_exposures', 'Canary requests each step lasts', {inputmode: 'decimal'}),
        Object.keys(NUMBERS)
          .slice(2)
          .map(name => field(name, NUMBERS[name], numbers[name])),
        chosen('units'),
      ),
    ),
    h(
      'div',
      {class: 'buttons'},
      !app.mayAct && h('p', {class: 'note'}, 'You are a viewer. To start, log in with the admin token.'),
      draft,
      start,
    ),
  );
  const node = h(
    'div',
    {},
    h('div', {class: 'head'}, h('h1', {}, 'New rollout')),
    h('div', {class: 'beside'}, form, preview),
  );

  function special() {
    const {success} = values;
    draw(extra, values.preset, now => [
      now === 'thresholds' && text('latency_p99_ms', 'p99 stays below, ms', {inputmode: 'decimal'}),
      now === 'ab-test' &&
        h(
          'div',
          {class: 'guards'},
          h('p', {}, 'Success: better by'),
          row(success, '/success', () => changed()),
        ),
    ]);
  }

  function choose() {
    const now = known?.config.models[values.model];
    const loaded = Object.keys(known?.models[values.model] ?? now?.versions ?? {}).filter(name => name !== now?.stable);
    if (!loaded.includes(values.version))
      values.version = now?.canary && loaded.includes(now.canary) ? now.canary : (loaded[0] ?? '');
    version.replaceChildren(...loaded.map(name => h('option', {value: name, selected: name === values.version}, name)));
    if (!loaded.length) version.append(h('option', {value: ''}, 'none: load one under Models'));
  }

  function showGuards() {
    draw(table, guards ? [guards.length, newest] : plan?.guards, () =>
      guards
        ? [
            h('p', {class: 'note'}, 'Rates and tolerances are fractions: 0.1 is ten percent.'),
            guards.map((one, at) =>
              row(
                one,
                `/guards/${at}`,
                changed,
                h(
                  'button',
                  {type: 'button', class: 'small', onclick: () => again(guards.filter(other => other !== one))},
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
                  onclick: () => again([...guards, {metric: 'error_rate', kind: 'maximum', bound: 0.01}]),
                },
                'Add a guard',
              ),
              h('button', {type: 'button', class: 'small', onclick: () => again(undefined)}, 'Back to the preset'),
            ),
          ]
        : [
            h(
              'table',
              {},
              h(
                'thead',
                {},
                h(
                  'tr',
                  {},
                  ['Metric', 'Margin', 'On harm'].map(name => h('th', {scope: 'col'}, name)),
                ),
              ),
              h(
                'tbody',
                {},
                (plan?.guards ?? []).map(one =>
                  h('tr', {}, h('th', {scope: 'row'}, metric(one)), h('td', {}, margin(one)), h('td', {}, one.action)),
                ),
              ),
            ),
            h(
              'button',
              {type: 'button', class: 'small', onclick: () => again(structuredClone(plan?.guards ?? []))},
              'Change guards',
            ),
          ],
    );
  }

  function again(changedGuards) {
    guards = changedGuards;
    newest++;
    showGuards();
    changed();
  }

  function changed() {
    once = key();
    clearTimeout(due);
    due = setTimeout(look, 300);
  }

  function faults(found) {
    for (const place of node.querySelectorAll('[data-fault]')) {
      const mine = found.filter(
        one =>
          one.pointer === place.dataset.fault ||
          (place.dataset.fault === '/steps' && /^\/(steps|ramp)\b/.test(one.pointer)),
      );
      place.textContent = mine.map(one => one.detail).join('; ');
      const input = node.querySelector(`[data-pointer="${place.dataset.fault}"]`);
      if (mine.length) {
        input?.setAttribute('aria-invalid', 'true');
        input?.setAttribute('aria-describedby', place.id);
        place.closest('details')?.setAttribute('open', '');
      } else {
        input?.removeAttribute('aria-invalid');
        input?.removeAttribute('aria-describedby');
      }
    }
  }

  function refused(refusal) {
    if (refusal.status === 401) return app.failed(refusal);
    const all = refusal.problem?.errors ?? [];
    faults(all);
    preview.replaceChildren(
      h('h2', {}, badge('person', all.length ? `${all.length} to mend` : 'It cannot be started')),
      all.length
        ? h(
            'ul',
            {},
            all.map(one => h('li', {}, h('code', {}, one.pointer), ` ${one.detail}`)),
          )
        : h('p', {}, `${refusal.message}.`),
      refusal.problem?.rollout
        ? h('p', {}, h('a', {href: `#/rollouts/${refusal.problem.rollout}`}, 'Look at the rollout that is in the way'))
        : '',
    );
    return undefined;
  }

  /** Asks what would be, and shows it. */
  async function look() {
    if (!values.version)
      return preview.replaceChildren(h('p', {}, CHOOSE));
    const mine = ++newest;
    let found;
    try {
      found = await post('/admin/rollouts', {...body(values, guards), dry_run: true});
    } catch (refusal) {
      return mine === newest && refused(refusal);
    }
    if (mine !== newest) return undefined;
    faults([]);
    plan = found.plan;
    for (const [name, input] of Object.entries(numbers)) input.placeholder = plan[name] ?? '';
    for (const [name, select] of Object.entries(usual))
      select.options[0].textContent = `usual: ${CHOICES[name][1][plan[name]] ?? plan[name]}`;
    steps.querySelector('input').placeholder = plan.steps.map(step => step.share).join(', ');
    showGuards();
    const minutes = found.forecast?.minutes_to_promotion;
    return preview.replaceChildren(
      h('h2', {}, h('span', {class: 'canary'}, found.canary), ' against ', h('span', {class: 'stable'}, found.stable)),
      h(
        'ol',
        {class: 'track', 'aria-label': 'Steps'},
        [...plan.steps.map(step => step.share), 100].map(step => h('li', {}, share(step))),
      ),
      h(
        'p',
        {'data-testid': 'forecast'},
        foreseen(plan, minutes),
      ),
      h(
        'ul',
        {},
        plan.guards.map(one => h('li', {}, `${metric(one)}: ${margin(one)}`)),
      ),
      h(
        'p',
        {class: 'note'},
        `Without proof after ${duration(plan.deadline_minutes * 60)}: ${ENDS[plan.on_timeout]}.${plan.mode === 'observe' ? ' It only observes: nothing is moved by itself.' : ''}`,
      ),
      ...found.warnings.map(one => h('p', {class: 'notice person'}, one)),
    );
  }

  async function write(now) {
    start.disabled = draft.disabled = true;
    // What was asked before would speak over the answer to this.
    clearTimeout(due);
    newest++;
    try {
      location.hash = `#/rollouts/${(await post('/admin/rollouts', {...body(values, guards), ...(now && {start: true})}, once)).id}`;
    } catch (refusal) {
      refused(refusal);
      (node.querySelector('[aria-invalid]') ?? start).focus();
      preview.scrollIntoView({block: 'nearest'});
    }
    start.disabled = draft.disabled = false;
  }

  async function load() {
    const [config, {models}] = await Promise.all([get('/admin/config'), get('/admin/models')]);
    const first = !known;
    known = {config, models};
    values.model ||= config.model;
    draw(model, [Object.keys(config.models), known.models], ([names]) =>
      options(Object.fromEntries(names.map(name => [name, name])), values.model),
    );
    if (first || document.activeElement !== version) choose();
    if (first) look();
  }

  return {title: 'New rollout', node, load, hears: () => false, leave: () => clearTimeout(due)};
}
