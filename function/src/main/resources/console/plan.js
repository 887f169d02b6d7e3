// A plan as a form has it, and as the API takes it. Pure.

export const PRESETS = {
  canary: 'a new version, by proof',
  cautious: 'where a mistake is dear',
  fast: 'little traffic',
  'ab-test': 'choosing a winner',
  'latency-check': 'p95 within 10 %',
  'error-ceiling': 'a gradual shift by the clock',
  thresholds: 'absolute promises',
};
export const ENDS = {wait: 'wait for a person', complete: 'complete with its results', rollback: 'roll back'};
/** What has few values: its question, and the answers. */
export const CHOICES = {
  pace: ['What opens the next step', {proof: 'proof', time: 'time, while nothing is suspicious'}],
  promotion: ['Promotion', {auto: 'when all is proven', manual: 'by a person'}],
  mode: ['Judges and', {act: 'acts', observe: 'only observes'}],
  auto_rollback: ['On harm', {true: 'roll back by itself', false: 'say so, and leave it to a person'}],
  on_timeout: ['When time is up without proof', ENDS],
  units: [
    'One observation is',
    {auto: 'found out', request: 'a request', caller: 'a caller', dispersed: 'a request, dispersed'},
  ],
};
export const NUMBERS = {
  deadline_minutes: 'Minutes to be proven',
  max_extension_minutes: 'Minutes more, once',
  start_deadline_minutes: 'Minutes to be loaded',
  window_seconds: 'Seconds of a window',
  patience: 'Silent windows before it fails',
  min_windows_per_step: 'Windows a step lasts',
  min_windows_total: 'Windows in all',
  min_units_per_step: 'Requests a step lasts',
  significance: 'Chance of a wrong verdict',
  min_units: 'Requests before a guard is safe',
  min_windows: 'Windows before a guard is safe',
  target_sample_size: 'Requests at which a test ends',
};
const KINDS = {
  error_rate: ['ratio', 'percentage', 'difference', 'improvement', 'maximum'],
  success_rate: ['minimum'],
  latency: ['percentage', 'maximum'],
  latency_mean: ['percentage', 'difference', 'improvement', 'maximum'],
  slower_than: ['ratio', 'percentage', 'maximum'],
  score: ['percentage', 'difference', 'improvement', 'minimum', 'maximum'],
  loss: ['ratio', 'percentage', 'maximum'],
};
export const METRICS = [
  'error_rate',
  'success_rate',
  'latency_p50',
  'latency_p95',
  'latency_p99',
  'latency_mean',
  'slower_than',
  'score',
  'loss',
];
/** The kinds of guards that a metric can have. */
export const kinds = of => KINDS[of] ?? KINDS.latency;

/** The numbers that a guard of this metric and kind takes; those with "?" may be left out. */
export function members(of, kind) {
  const own =
    {
      ratio: ['safe', 'harm?', 'floor?'],
      percentage: ['tolerance'],
      difference: ['tolerance'],
      improvement: ['minimum_effect'],
      maximum: [/^latency_p/.test(of) ? 'limit_ms' : 'bound'],
      minimum: ['bound'],
    }[kind] ?? [];
  return of === 'slower_than' ? ['limit_ms', ...own] : own;
}

/** What was typed, as a number where it is one; undefined where nothing was. */
export const given = text =>
  text.trim() === '' ? undefined : Number.isFinite(Number(text)) ? Number(text) : text.trim();
const words = text => text.split(/[\s,]+/).filter(Boolean);

/** A guard as the API takes it: without what its metric and kind do not have. */
export function guard(row) {
  const named = ['score', 'loss'].includes(row.metric) ? ['score'] : [];
  const kept = [
    'metric',
    'kind',
    'name',
    'action',
    'role',
    'weight',
    ...(row.kind === 'contrast' ? ['harm', 'safe'] : []),
    ...named,
    ...members(row.metric, row.kind).map(one => one.replace('?', '')),
  ];
  return Object.fromEntries(kept.filter(one => row[one] !== undefined && row[one] !== '').map(one => [one, row[one]]));
}

/** Gives names to guards that have none and would be called like another: by default a guard is called by its metric. */
function named(guards) {
  const taken = new Set(guards.map(one => one.name).filter(Boolean));
  return guards.map(one => {
    if (one.name) return one;
    const usual = [one.metric, `${one.metric}_${one.kind}`];
    for (let at = 2; usual.length <= guards.length + 1; at++) usual.push(`${usual[1]}_${at}`);
    const name = usual.find(word => !taken.has(word));
    taken.add(name);
    return name === one.metric ? one : {...one, name};
  });
}

/**
 * The versions of a model that can be tried, of what /admin/config and /admin/models say.
 *
 * @returns loaded: their names; usual: the one that is chosen first; missing(version): why it cannot be tried,
 *     empty where it can
 */
export function candidates(known, model) {
  const now = known?.config.models[model];
  const all = Object.keys(known?.models[model] ?? now?.versions ?? {});
  const loaded = all.filter(one => one !== now?.stable);
  return {
    loaded,
    usual: loaded.includes(now?.canary) ? now.canary : loaded[0],
    missing(version) {
      if (!version || loaded.includes(version)) return '';
      return version === now?.stable
        ? `${version} is the stable version now: choose another one.`
        : `${version} is not loaded any more: choose another one, or load it under Models.`;
    },
  };
}

/** The request's body of what was filled in: texts by name, and guards where they were changed. */
export function body(values, guards) {
  const found = {};
  for (const name of ['model', 'version', 'preset', 'name', 'description', ...Object.keys(CHOICES)])
    if (values[name]?.trim()) found[name] = values[name].trim();
  if (found.auto_rollback) found.auto_rollback = found.auto_rollback === 'true';
  for (const name of [...Object.keys(NUMBERS), ...(values.preset === 'thresholds' ? ['latency_p99_ms'] : [])])
    if (given(values[name] ?? '') !== undefined) found[name] = given(values[name]);
  if (words(values.tags ?? '').length) found.tags = words(values.tags);
  const least = {min_minutes: given(values.min_minutes ?? ''), min_exposures: given(values.min_exposures ?? '')};
  const steps = words((values.steps ?? '').replaceAll('%', ' ')).map(given);
  if (steps.length)
    found.steps = steps.map(step =>
      least.min_minutes === undefined && least.min_exposures === undefined
        ? step
        : JSON.parse(JSON.stringify({share: step, ...least})),
    );
  if (values.preset === 'ab-test' && values.success) found.success = guard(values.success);
  if (guards) found.guards = named(guards).map(guard);
  return found;
}
