// Where a rollout stands, in words. Pure.

import {about, duration, known, share} from './format.js';

/** A verdict as [shape, word]. */
export const VERDICTS = {
  safe: ['safe', 'not worse'],
  harmful: ['harmful', 'harmful'],
  undecided: ['undecided', 'undecided'],
  no_data: ['no_data', 'no data'],
};

const STATES = {
  draft: ['no_data', 'draft'],
  starting: ['undecided', 'starting'],
  running: ['moving', 'running'],
  paused: ['person', 'paused'],
  completed: ['safe', 'completed'],
  promoted: ['safe', 'promoted'],
  rolled_back: ['harmful', 'rolled back'],
  failed: ['harmful', 'failed'],
};

/** Proven, and held until somebody promotes it. */
export const awaited = rollout => rollout.state === 'completed' && !rollout.ended_at;

export const over = rollout =>
  Boolean(rollout.ended_at) || ['promoted', 'rolled_back', 'failed'].includes(rollout.state);

export const state = rollout =>
  awaited(rollout) ? ['person', 'waits for a person'] : (STATES[rollout.state] ?? ['no_data', rollout.state]);

const past = iso => Boolean(iso) && Date.parse(iso) < Date.now();

/** Why somebody has to look at it; empty when nobody has. */
export function calls(rollout) {
  if (awaited(rollout)) return 'proven: promote it, or roll it back';
  if (rollout.state === 'paused')
    return `paused${rollout.cause?.code === 'harmful' ? ' for harm' : ''}: ${rollout.possible?.includes('resume') ? 'resume it' : 'end it'}, or roll it back`;
  if (rollout.troubles?.length) return rollout.troubles[0].text;
  if (rollout.state === 'running' && (rollout.notes ?? []).some(note => note.kind === 'would_roll_back'))
    return 'it would have been rolled back';
  if (rollout.state === 'running' && past(rollout.deadline)) return 'time is up without proof';
  return '';
}

/** The worst of what the guards say about going on. */
export function verdict(guards) {
  const all = (guards ?? []).filter(guard => guard.rule?.role !== 'rollback_only').map(guard => guard.next_verdict);
  const found = (guards ?? []).some(guard => guard.verdict === 'harmful')
    ? 'harmful'
    : (['no_data', 'undecided'].find(one => all.includes(one)) ?? (all.length ? 'safe' : 'no_data'));
  return found;
}

/** Whether the canary is proven with all of the traffic. A promotion before is written down as one without proof. */
export function proven(guards) {
  const deciding = (guards ?? []).filter(guard => guard.rule?.role !== 'rollback_only' || guard.verdict === 'harmful');
  return deciding.length > 0 && deciding.every(guard => guard.verdict === 'safe');
}

/** What a guard has to prove: for the share that is next, or was when it ended with `last`. */
export const goal = (guard, now, last) =>
  guard.safe.shares.find(one => (over(now) ? one.share > last : one.share === now.next_share)) ??
  guard.safe.shares.at(-1) ??
  {};

/** Where it stands, in one short sentence. */
export function lead(rollout) {
  const {canary, stable, model} = rollout;
  const part = share(rollout.share);
  switch (rollout.state) {
    case 'draft':
      return `${canary} is a draft: nobody has started it.`;
    case 'starting':
      return `${canary} is being loaded; ${stable} answers all of ${model}.`;
    case 'running':
      return rollout.share > 0 ? `${canary} takes ${part} of ${model}.` : `${canary} takes none of ${model} yet.`;
    case 'paused':
      return `${canary} ${rollout.share > 0 ? `is held at ${part}` : 'gets nothing'} of ${model} until a person decides.`;
    case 'completed':
      return awaited(rollout)
        ? `${canary} is proven. It keeps ${part} of ${model} until a person promotes it.`
        : `${stable} answers all of ${model}.`;
    case 'promoted':
      return `${canary} answers all of ${model}.`;
    case 'rolled_back':
      return `${stable} answers all of ${model} again.`;
    case 'failed':
      return `${stable} answers all of ${model}; what ${canary} is like was not found out.`;
    default:
      return rollout.headline;
  }
}

const list = names => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

/** Whether harm takes the canary's traffic with nobody looking. */
const heeds = rollout => rollout.mode !== 'observe' && rollout.plan?.auto_rollback !== false;

/** What harm still does while people are waited for: nothing where there is no traffic to take. */
export const harm = (rollout, it) => {
  if (!(rollout.share > 0)) return '';
  return heeds(rollout) ? ` Harm still takes ${it} back.` : ' Harm is only said: you have to act.';
};

/** What it waits for. */
export function next(rollout) {
  if (rollout.state === 'paused' || awaited(rollout)) return `A person decides.${harm(rollout, 'the canary')}`;
  if (rollout.state === 'starting') return `Traffic, once ${rollout.canary} is loaded and warm.`;
  if (rollout.state === 'draft') return 'Somebody has to start it.';
  if (rollout.state !== 'running') return 'Nothing: it is over.';
  if (rollout.split?.verdict === 'harmful') return 'Nothing is concluded while assignments do not follow the share.';
  if (rollout.mode === 'observe') return 'Nothing by itself: it only observes, until a person promotes it or ends it.';
  const last = rollout.next_share === 100;
  if (rollout.plan?.pace === 'time' && !last)
    return `${share(rollout.next_share)} by the clock: once this step has lasted long enough and every guard has data, unless harm is suspected.`;
  const goal = !last ? share(rollout.next_share) : byHand(rollout.plan) ? "A person's decision" : 'The promotion';
  const waits = rollout.waits_for ?? [];
  return waits.length
    ? `${goal}, once ${list(waits)} ${waits.length > 1 ? 'are' : 'is'} proven not worse.`
    : `${goal}: all is proven for it, as soon as this step has lasted long enough.`;
}

const byHand = plan => plan?.promotion === 'manual';

/** The end that is expected after so many minutes. */
function ahead(minutes, plan, where) {
  const clock = plan?.pace === 'time' ? 'an estimate: steps are opened by the clock' : 'an estimate';
  return byHand(plan)
    ? `All is proven in ${about(minutes * 60)} at ${where} (${clock}); then it waits for a person.`
    : `Promotion in ${about(minutes * 60)} at ${where} (${clock}).`;
}

/** How long it is likely to take, and what happens when that does not come true. */
export function forecast(rollout, now) {
  if (rollout.state !== 'running') return '';
  if (rollout.mode === 'observe') return 'No forecast: it only observes, and people move traffic.';
  const left = known(rollout.minutes_to_promotion)
    ? ahead(rollout.minutes_to_promotion, rollout.plan, 'this traffic')
    : 'No forecast yet: it takes traffic, and guards that are on their way.';
  if (!rollout.deadline) return left;
  const rest = (Date.parse(rollout.deadline) - now) / 1000;
  const then = {
    wait: 'it waits for a person',
    complete: 'it is completed with its results',
    rollback: 'it is rolled back',
  }[rollout.on_timeout];
  return `${left} ${rest > 0 ? `Without proof in ${duration(rest)} ${then}.` : `Time is up: ${then}.`}`;
}

/** The same of a plan that nobody has started, by the traffic that the asked instance saw in the last minute. */
export function foreseen(plan, found) {
  if (plan.mode === 'observe') return 'No forecast: it only observes, and people move traffic.';
  if (known(found?.minutes_to_promotion)) return ahead(found.minutes_to_promotion, plan, "this instance's traffic");
  return found?.unknown === 'no_traffic'
    ? 'No forecast: this instance has answered nothing of this model in the last minute.'
    : "No forecast: at this instance's traffic the proof has no end that can be foretold.";
}

/** Those that need a person first, then those that move, then the rest by name. */
export function order(rows) {
  const rank = row =>
    row.rollout ? (calls(row.rollout) ? 0 : over(row.rollout) ? 3 : row.rollout.state === 'draft' ? 2 : 1) : 3;
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.model.localeCompare(b.model));
}

/** A headline of the service in parts: where it stands, and what was found, one by one. */
export function parts(headline) {
  const at = headline.search(/: /);
  const head = at < 0 ? headline : headline.slice(0, at);
  return {
    head,
    found:
      at < 0
        ? []
        : headline
            .slice(at + 2)
            .replace(/^proven safe: /, '')
            .split('; '),
  };
}

/** A line of the history that took traffic away. */
export const setback = line =>
  line.to === 'rolled_back' || line.to === 'failed' || (line.kind === 'moved' && line.share_to < line.share_from);
