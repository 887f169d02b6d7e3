// A new rollout: what is left empty is the preset's, shown as such; a dry run says at once what would be.

import {get, key, post} from './api.js';
import {badge, draw, h} from './dom.js';
import {about, duration, share} from './format.js';
import {margin, metric} from './words.js';

const PRESETS = {
  canary: 'a new version, by proof', cautious: 'where a mistake is dear', fast: 'little traffic', 'ab-test': 'choosing a winner',
  'latency-check': 'p95 within 10 %', 'error-ceiling': 'a gradual shift by the clock', thresholds: 'absolute promises',
};
const ENDS = {wait: 'wait for a person', complete: 'complete with its results', rollback: 'roll back'};
const CHOICES = {
  pace: ['What opens the next step', {proof: 'proof', time: 'time, while nothing is suspicious'}],
  promotion: ['Promotion', {auto: 'when all is proven', manual: 'by a person'}],
  mode: ['Judges and', {act: 'acts', observe: 'only observes'}],
  auto_rollback: ['On harm', {true: 'roll back by itself', false: 'say so, and leave it to a person'}],
  on_timeout: ['When time is up without proof', ENDS],
  units: ['One observation is', {auto: 'found out', request: 'a request', caller: 'a caller', dispersed: 'a request, dispersed'}],
};
const NUMBERS = {
  deadline_minutes: 'Minutes to be proven', max_extension_minutes: 'Minutes more, once', start_deadline_minutes: 'Minutes to be loaded', window_seconds: 'Seconds of a window',
  patience: 'Silent windows before it fails', min_windows_per_step: 'Windows a step lasts', min_windows_total: 'Windows in all', min_units_per_step: 'Requests a step lasts',
  significance: 'Chance of a wrong verdict', min_units: 'Requests before a guard is safe', min_windows: 'Windows before a guard is safe', target_sample_size: 'Requests at which a test ends',
};
const KINDS = {
  error_rate: ['ratio', 'percentage', 'difference', 'improvement', 'maximum'], success_rate: ['minimum'], latency: ['percentage', 'maximum'],
  latency_mean: ['percentage', 'difference', 'improvement', 'maximum'], slower_than: ['ratio', 'percentage', 'maximum'],
  score: ['percentage', 'difference', 'improvement', 'minimum', 'maximum'], loss: ['ratio', 'percentage', 'maximum'],
};
const METRICS = ['error_rate', 'success_rate', 'latency_p50', 'latency_p95', 'latency_p99', 'latency_mean', 'slower_than', 'score', 'loss'];
const kinds = of => KINDS[of] ?? KINDS.latency;

/** The numbers that a guard of this metric and kind takes; those with "?" may be left out. */
export function members(of, kind) {
  const own = {ratio: ['safe', 'harm?', 'floor?'], percentage: ['tolerance'], difference: ['tolerance'], improvement: ['minimum_effect'],
    maximum: [/^latency_p/.test(of) ? 'limit_ms' : 'bound'], minimum: ['bound']}[kind] ?? [];
  return of === 'slower_than' ? ['limit_ms', ...own] : own;
}

const given = text => text.trim() === '' ? undefined : Number.isFinite(Number(text)) ? Number(text) : text.trim();
const words = text => text.split(/[\s,]+/).filter(Boolean);

/** A guard as the API takes it: without what its metric and kind do not have. */
export function guard(row) {
  const named = ['score', 'loss'].includes(row.metric) ? ['score'] : [];
  const kept = ['metric', 'kind', 'name', 'action', 'role', 'weight', ...row.kind === 'contrast' ? ['harm', 'safe'] : [], ...named, ...members(row.metric, row.kind).map(one => one.replace('?', ''))];
  return Object.fromEntries(kept.filter(one => row[one] !== undefined && row[one] !== '').map(one => [one, row[one]]));
}

/** The request's body of what was filled in: texts by name, and guards where they were changed. */
export function body(values, guards) {
  const found = {};
  for (const name of ['model', 'version', 'preset', 'name', 'description', ...Object.keys(CHOICES)]) if (values[name]?.trim()) found[name] = values[name].trim();
  if (found.auto_rollback) found.auto_rollback = found.auto_rollback === 'true';
  for (const name of [...Object.keys(NUMBERS), ...values.preset === 'thresholds' ? ['latency_p99_ms'] : []]) if (given(values[name] ?? '') !== undefined) found[name] = given(values[name]);
  if (words(values.tags ?? '').length) found.tags = words(values.tags);
  const least = {min_minutes: given(values.min_minutes ?? ''), min_exposures: given(values.min_exposures ?? '')};
  const steps = words((values.steps ?? '').replaceAll('%', ' ')).map(given);
  if (steps.length) found.steps = steps.map(step => least.min_minutes === undefined && least.min_exposures === undefined ? step : JSON.parse(JSON.stringify({share: step, ...least})));
  if (values.preset === 'ab-test' && values.success) found.success = guard(values.success);
  if (guards) found.guards = guards.map(guard);
  return found;
}

export function create(app, wanted) {
  const values = {model: wanted, preset: 'canary', success: {metric: 'score', score: 'reward', kind: 'improvement', minimum_effect: 0.01}};
  let guards;
  let plan;
  let once = key();
  let due;
  let newest = 0;
  let known;

  const fault = pointer => h('span', {class: 'fault', 'data-fault': pointer, id: `fault${pointer}`});
  const field = (name, label, input, pointer = `/${name}`) => {
    input.id = `f-${name}`;
    input.dataset.pointer = pointer;
    return h('div', {class: 'field'}, h('label', {for: input.id}, label), input, fault(pointer));
  };
  const keep = (name, more) => ({oninput: event => {
    values[name] = event.target.value;
    more?.();
    changed();
  }, 'data-key': name, name});
  const text = (name, label, more = {}) => field(name, label, h('input', {...keep(name), autocomplete: 'off', ...more}));
  const options = (all, chosen, first) => [first !== undefined && h('option', {value: ''}, first), Object.entries(all).map(([value, label]) => h('option', {value, selected: value === chosen}, label))];
  const model = h('select', keep('model', () => choose()));
  const version = h('select', keep('version'));
  const usual = Object.fromEntries(Object.entries(CHOICES).map(([name, [, all]]) => [name, h('select', keep(name), options(all, '', 'usual'))]));
  const numbers = Object.fromEntries(Object.keys(NUMBERS).map(name => [name, h('input', {...keep(name), inputmode: 'decimal', autocomplete: 'off', size: 8})]));
  const preset = h('select', keep('preset', () => special()), options(Object.fromEntries(Object.entries(PRESETS).map(([name, what]) => [name, `${name}: ${what}`])), 'canary'));
  const extra = h('div', {class: 'extra'});
  const table = h('div', {class: 'guards'});
  const preview = h('aside', {class: 'card preview', 'aria-label': 'Preview', 'data-testid': 'preview'});
  const steps = text('steps', 'Steps, percent', {placeholder: '1, 5, 25, 50'});
  const start = h('button', {class: 'primary', 'data-testid': 'start', disabled: !app.mayAct}, 'Start rollout');
  const draft = h('button', {type: 'button', disabled: !app.mayAct, onclick: () => write(false)}, 'Save as draft');
  const chosen = name => field(name, CHOICES[name][0], usual[name]);
  const form = h('form', {class: 'form', novalidate: true, onsubmit: event => {
    event.preventDefault();
    write(true);
  }},
  h('fieldset', {}, h('legend', {}, 'What'), field('model', 'Model', model), field('version', 'Version on trial', version), text('name', 'Name'), text('tags', 'Tags'), text('description', 'Description', {class: 'long'})),
  h('fieldset', {}, h('legend', {}, 'How'), field('preset', 'Preset', preset), extra, steps, ...['pace', 'promotion', 'mode', 'auto_rollback'].map(chosen)),
  h('fieldset', {}, h('legend', {}, 'Guards'), table),
  h('fieldset', {}, h('legend', {}, 'Deadline'), ...['deadline_minutes', 'max_extension_minutes'].map(name => field(name, NUMBERS[name], numbers[name])), chosen('on_timeout')),
  h('details', {}, h('summary', {}, 'More'), h('fieldset', {}, text('min_minutes', 'Minutes each step lasts', {inputmode: 'decimal'}), text('min_exposures', 'Canary requests each step lasts', {inputmode: 'decimal'}),
    Object.keys(NUMBERS).slice(2).map(name => field(name, NUMBERS[name], numbers[name])), chosen('units'))),
  h('div', {class: 'buttons'}, !app.mayAct && h('p', {class: 'note'}, 'You are a viewer. To start, log in with the admin token.'), draft, start));
  const node = h('div', {}, h('div', {class: 'head'}, h('h1', {}, 'New rollout')), h('div', {class: 'beside'}, form, preview));

  function special() {
    const {success} = values;
    draw(extra, values.preset, now => [now === 'thresholds' && text('latency_p99_ms', 'p99 stays below, ms', {inputmode: 'decimal'}),
      now === 'ab-test' && h('div', {class: 'guards'}, h('p', {}, 'Success: better by'), row(success, '/success', () => changed()))]);
  }

  function choose() {
    const now = known?.config.models[values.model];
    const loaded = Object.keys(known?.models[values.model] ?? now?.versions ?? {}).filter(name => name !== now?.stable);
    if (!loaded.includes(values.version)) values.version = now?.canary && loaded.includes(now.canary) ? now.canary : loaded[0] ?? '';
    version.replaceChildren(...loaded.map(name => h('option', {value: name, selected: name === values.version}, name)));
    if (!loaded.length) version.append(h('option', {value: ''}, 'none: load one under Models'));
  }

  /** A guard that can be changed. */
  function row(one, pointer, told, remove) {
    const line = h('div', {class: 'guard'});
    const input = (name, label, make) => h('label', {}, h('span', {class: 'note'}, label), make, fault(`${pointer}/${name}`));
    const pick = (name, label, all) => input(name, label, h('select', {'data-pointer': `${pointer}/${name}`, onchange: event => {
      one[name] = event.target.value;
      if (name === 'metric' && !kinds(one.metric).includes(one.kind)) one.kind = kinds(one.metric)[0];
      show();
      told();
    }}, options(Object.fromEntries([...new Set([...all, one[name]].filter(Boolean))].map(word => [word, word])), one[name])));
    const type = (name, label = name) => input(name, label, h('input', {size: 7, 'data-pointer': `${pointer}/${name}`, value: one[name] ?? '', oninput: event => {
      one[name] = name === 'score' ? event.target.value : given(event.target.value);
      told();
    }}));
    const show = () => line.replaceChildren(pick('metric', 'metric', METRICS), ...['score', 'loss'].includes(one.metric) ? [type('score', 'name of the score')] : [], pick('kind', 'kind', kinds(one.metric)),
      ...members(one.metric, one.kind).map(name => type(name.replace('?', ''))), ...remove ? [pick('action', 'on harm', ['rollback', 'pause', 'reduce_traffic', 'alert']), pick('role', 'role', ['pacing', 'rollback_only']), remove] : []);
    show();
    return line;
  }

  function showGuards() {
    draw(table, guards ? [guards.length, newest] : plan?.guards, () => guards
      ? [h('p', {class: 'note'}, 'Rates and tolerances are fractions: 0.1 is ten percent.'),
        guards.map((one, at) => row(one, `/guards/${at}`, changed, h('button', {type: 'button', class: 'small', onclick: () => again(guards.filter(other => other !== one))}, 'Remove'))),
        h('div', {class: 'buttons'}, h('button', {type: 'button', class: 'small', onclick: () => again([...guards, {metric: 'error_rate', kind: 'maximum', bound: 0.01}])}, 'Add a guard'),
          h('button', {type: 'button', class: 'small', onclick: () => again(undefined)}, 'Back to the preset'))]
      : [h('table', {}, h('thead', {}, h('tr', {}, ['Metric', 'Margin', 'On harm'].map(name => h('th', {scope: 'col'}, name)))), h('tbody', {}, (plan?.guards ?? []).map(one =>
        h('tr', {}, h('th', {scope: 'row'}, metric(one)), h('td', {}, margin(one)), h('td', {}, one.action))))),
      h('button', {type: 'button', class: 'small', onclick: () => again(structuredClone(plan?.guards ?? []))}, 'Change guards')]);
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
      const mine = found.filter(one => one.pointer === place.dataset.fault || place.dataset.fault === '/steps' && /^\/(steps|ramp)\b/.test(one.pointer));
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
    preview.replaceChildren(h('h2', {}, badge('person', all.length ? `${all.length} to mend` : 'It cannot be started')),
      all.length ? h('ul', {}, all.map(one => h('li', {}, h('code', {}, one.pointer), ` ${one.detail}`))) : h('p', {}, `${refusal.message}.`),
      refusal.problem?.rollout ? h('p', {}, h('a', {href: `#/rollouts/${refusal.problem.rollout}`}, 'Look at the rollout that is in the way')) : '');
    return undefined;
  }

  /** Asks what would be, and shows it. */
  async function look() {
    if (!values.version) return preview.replaceChildren(h('p', {}, 'Choose a version. One that is not loaded is loaded under Models.'));
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
    for (const [name, select] of Object.entries(usual)) select.options[0].textContent = `usual: ${CHOICES[name][1][plan[name]] ?? plan[name]}`;
    steps.querySelector('input').placeholder = plan.steps.map(step => step.share).join(', ');
    showGuards();
    const minutes = found.forecast?.minutes_to_promotion;
    return preview.replaceChildren(h('h2', {}, h('span', {class: 'canary'}, found.canary), ' against ', h('span', {class: 'stable'}, found.stable)),
      h('ol', {class: 'track', 'aria-label': 'Steps'}, [...plan.steps.map(step => step.share), 100].map(step => h('li', {}, share(step)))),
      h('p', {'data-testid': 'forecast'}, minutes === undefined ? 'No forecast: the traffic of late is not known. Send requests to this model, and look again.'
        : h('strong', {}, `Promotion in ${about(minutes * 60)} at the traffic of late (an estimate).`)),
      h('ul', {}, plan.guards.map(one => h('li', {}, `${metric(one)}: ${margin(one)}`))),
      h('p', {class: 'note'}, `Without proof after ${duration(plan.deadline_minutes * 60)}: ${ENDS[plan.on_timeout]}.${plan.mode === 'observe' ? ' It only observes: nothing is moved by itself.' : ''}`),
      ...found.warnings.map(one => h('p', {class: 'notice person'}, one)));
  }

  async function write(now) {
    start.disabled = draft.disabled = true;
    // What was asked before would speak over the answer to this.
    clearTimeout(due);
    newest++;
    try {
      location.hash = `#/rollouts/${(await post('/admin/rollouts', {...body(values, guards), ...now && {start: true}}, once)).id}`;
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
    draw(model, [Object.keys(config.models), known.models], ([names]) => options(Object.fromEntries(names.map(name => [name, name])), values.model));
    if (first || document.activeElement !== version) choose();
    if (first) look();
  }

  return {title: 'New rollout', node, load, hears: () => false, leave: () => clearTimeout(due)};
}
