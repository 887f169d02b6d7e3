// A new rollout: what is left empty is the preset's, shown as such; a dry run says at once what would be.

import {Refusal, get, key, post} from './api.js';
import {draw, h} from './dom.js';
import {fault, options, preset as presetGuards, row, rows} from './guards.js';
import {CHOICES, NUMBERS, PRESETS, body, candidates} from './plan.js';
import {hindrance, mark, preview as previewed} from './preview.js';

const CHOOSE =
  'Choose a version. One that is not loaded is loaded under Models. A deployment (an alias, a rule of a load balancer, nginx) cannot be started here: start it by scripts/release.';

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
  let asked = 0;
  /** How often the rows of guards were made: what is typed into them makes none. */
  let made = 0;
  /** Whether what is shown was foreseen from the traffic, which goes on. */
  let isForeseen = false;
  let known;
  let why = '';

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
    value: values[name],
    name,
  });
  const text = (name, label, more = {}) =>
    field(name, label, h('input', {...keep(name), autocomplete: 'off', ...more}));
  const model = h(
    'select',
    keep('model', () => {
      values.version = undefined;
      choose();
    }),
  );
  const version = h(
    'select',
    keep('version', () => choose()),
  );
  const gone = h('p', {class: 'fault', role: 'status', 'data-testid': 'gone'});
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
  const table = h('div', {class: 'guards', 'data-testid': 'guards'});
  const preview = h('aside', {class: 'card preview', 'aria-label': 'Preview', 'data-testid': 'preview'});
  const steps = text('steps', 'Steps, percent', {placeholder: '1, 5, 25, 50'});
  const start = h('button', {class: 'primary', 'data-testid': 'start'}, 'Start rollout');
  const draft = h('button', {type: 'button', onclick: () => write(false)}, 'Save as draft');
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
      h('div', {}, field('version', 'Version on trial', version), gone),
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

  /** Shows what may be chosen. A version that has gone stays chosen: no other is put in its place unasked. */
  function choose() {
    const found = candidates(known, values.model);
    values.version ??= found.usual;
    const before = why;
    why = found.missing(values.version);
    draw(version, [found.loaded, values.version, why], () => [
      ...found.loaded.map(one => h('option', {value: one, selected: one === values.version}, one)),
      why && h('option', {value: values.version, selected: true}, `${values.version} (gone)`),
      !found.loaded.length && !why && h('option', {value: ''}, 'none: load one under Models'),
    ]);
    gone.textContent = why;
    allow();
    if (why !== before) changed();
  }

  /** Whether it may be written. */
  function allow(isFree = true) {
    start.disabled = !app.mayAct || Boolean(why) || !isFree;
    draft.disabled = !app.mayAct || !isFree;
  }

  function showGuards() {
    draw(table, guards ? made : (plan?.guards ?? []), () =>
      guards
        ? rows(guards, changed, again)
        : presetGuards(plan?.guards ?? [], () => again(structuredClone(plan?.guards ?? []))),
    );
  }

  function again(others) {
    guards = others;
    made++;
    showGuards();
    // Where the button that was pressed has gone, the keyboard goes on beside it.
    if (!table.contains(document.activeElement)) table.querySelector('[data-key=guards]')?.focus();
    changed();
  }

  function changed() {
    once = key();
    clearTimeout(due);
    due = setTimeout(look, 300);
  }

  function refused(refusal) {
    if (!(refusal instanceof Refusal) || refusal.status === 401) {
      app.failed(refusal);
      return;
    }
    mark(node, refusal.problem?.errors ?? []);
    draw(preview, [refusal.message, refusal.problem], () => hindrance(refusal));
  }

  /** Asks what would be, and shows it. */
  async function look() {
    const mine = ++asked;
    isForeseen = false;
    if (!values.version || why) {
      draw(preview, why || CHOOSE, hint => h('p', {}, hint));
      return;
    }
    let found;
    try {
      found = await post('/admin/rollouts', {...body(values, guards), dry_run: true});
    } catch (refusal) {
      if (mine === asked) refused(refusal);
      return;
    }
    if (mine !== asked) return;
    mark(node, []);
    plan = found.plan;
    for (const [name, input] of Object.entries(numbers)) input.placeholder = plan[name] ?? '';
    for (const [name, select] of Object.entries(usual))
      select.options[0].textContent = `usual: ${CHOICES[name][1][plan[name]] ?? plan[name]}`;
    steps.querySelector('input').placeholder = plan.steps.map(step => step.share).join(', ');
    showGuards();
    draw(preview, found, previewed);
    isForeseen = true;
  }

  async function write(isStarted) {
    allow(false);
    // What was asked before would speak over the answer to this.
    clearTimeout(due);
    asked++;
    isForeseen = false;
    try {
      const {id} = await post('/admin/rollouts', {...body(values, guards), ...(isStarted && {start: true})}, once);
      location.hash = `#/rollouts/${id}`;
      allow();
    } catch (refusal) {
      refused(refusal);
      allow();
      (node.querySelector('[aria-invalid]') ?? start).focus();
      preview.scrollIntoView({block: 'nearest'});
    }
  }

  async function load(signal) {
    const [config, {models}] = await Promise.all([get('/admin/config', signal), get('/admin/models', signal)]);
    const isFirst = !known;
    known = {config, models};
    values.model ||= config.model;
    const all = [...new Set([...Object.keys(config.models), values.model])];
    draw(model, [all, values.model], () => options(Object.fromEntries(all.map(one => [one, one])), values.model));
    choose();
    if (isFirst || isForeseen) look();
  }

  function leave() {
    clearTimeout(due);
    asked++;
  }

  allow();
  return {title: 'New rollout', node, load, hears: () => false, leave};
}
