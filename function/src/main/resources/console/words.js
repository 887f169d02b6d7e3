// What is said about rollouts, in words. Pure.

import {about, duration, known, ms, number, percent, share} from './format.js';

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
const harm = (rollout, it) => {
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

/** What the form asks for; what it cannot start is said, too. */
export const CHOOSE =
  'Choose a version. One that is not loaded is loaded under Models. A deployment (an alias, a rule of a load balancer, nginx) cannot be started here: start it by scripts/release.';

/** The same of a plan that nobody has started, by the traffic that the asked instance saw in the last minute. */
export function foreseen(plan, minutes) {
  if (plan.mode === 'observe') return 'No forecast: it only observes, and people move traffic.';
  return known(minutes)
    ? ahead(minutes, plan, "this instance's traffic")
    : 'No forecast for this plan, or no traffic at this instance in the last minute.';
}

const METRICS = {error_rate: 'errors', success_rate: 'successes', latency_mean: 'mean latency'};

/** What is measured, in words. */
export function metric(rule) {
  if (rule.metric === 'slower_than') return `answers slower than ${ms(rule.limit_ms)}`;
  if (rule.metric === 'loss') return `loss of ${rule.score}`;
  if (rule.metric === 'score') return rule.score;
  return METRICS[rule.metric] ?? rule.metric.replace(/^latency_p/, 'latency p');
}

/** What a guard tolerates, in words. */
export function margin(rule) {
  const amount = value =>
    /^latency/.test(rule.metric) ? ms(value) : rule.metric === 'score' ? number(value) : percent(value);
  switch (rule.kind) {
    case 'ratio':
      return (
        `at most ${number(rule.safe)} × stable's${rule.floor ? `, or ${percent(rule.floor)}` : ''}` +
        (rule.harm ? `; harm above ${number(rule.harm)} ×` : '')
      );
    case 'percentage':
      return `at most ${percent(rule.tolerance)} above stable's`;
    case 'difference':
      return `at most ${amount(rule.tolerance)} worse than stable's`;
    case 'improvement':
      return `better than stable's by ${amount(rule.minimum_effect)}`;
    case 'maximum':
      return `at most ${known(rule.limit_ms) && rule.bound === undefined ? ms(rule.limit_ms) : amount(rule.bound)}`;
    case 'minimum':
      return `at least ${amount(rule.bound)}`;
    case 'contrast':
      return `harm beyond ${number(rule.harm?.factor)} × + ${number(rule.harm?.offset)}, safe within ${number(rule.safe?.factor)} × + ${number(rule.safe?.offset)}`;
    default:
      return '';
  }
}

/** What a guard's number is: a ratio to stable's, a rate of the canary alone, or a difference. */
export const unit = (rule, is) =>
  is ?? {ratio: 'ratio', percentage: 'ratio', maximum: 'rate', minimum: 'rate'}[rule.kind] ?? 'difference';

/** A guard's number in its own unit. */
export function value(is, x, rule = {}) {
  if (!known(x)) return number(x);
  if (is === 'ratio') return `${number(x)} ×`;
  if (is === 'rate') return percent(x);
  const sign = x > 0 ? '+' : '';
  return sign + (/^latency/.test(rule.metric ?? '') ? ms(x * 1000) : number(x));
}

/** A button's word. */
export const VERBS = {
  start: 'Start',
  pause: 'Pause',
  resume: 'Resume',
  promote: 'Promote now',
  rollback: 'Roll back',
  stop: 'End',
  delete: 'Delete draft',
};

/** What follows the first share. */
function more({mode, plan}) {
  if (mode === 'observe') return ', and no more: it only observes';
  return plan?.pace === 'time' ? ', and more by the clock' : ', and more as it is proven not worse';
}

/** What a verb does: in words, and as the canary's share afterwards. */
export function effect(verb, rollout) {
  const {canary, stable, model} = rollout;
  const part = share(rollout.share);
  switch (verb) {
    case 'start':
      return {
        says: `${canary} is loaded, then gets ${share(rollout.plan?.steps?.[0]?.share)} of ${model}${more(rollout)}.`,
        after: rollout.plan?.steps?.[0]?.share ?? rollout.share,
        needs: false,
      };
    case 'pause':
      return {
        says: `${canary} stays at ${part}. No further step until somebody resumes.${harm(rollout, 'it')}`,
        after: rollout.share,
        needs: true,
      };
    case 'resume':
      return {says: `It goes on at ${part}, judged as before.`, after: rollout.share, needs: false};
    case 'promote':
      return {
        says:
          `${canary} becomes stable and answers all of ${model}. ${stable} gets nothing.` +
          (proven(rollout.guards)
            ? ''
            : ' It is not proven for all of the traffic: the history will say that you did not wait for it.'),
        after: 100,
        needs: true,
      };
    case 'rollback':
      return {
        says: `All traffic goes back to ${stable}; ${part} of it switches. ${canary} gets nothing.`,
        after: 0,
        needs: true,
      };
    case 'stop':
      return {
        says: `It ends with the results it has. All traffic goes to ${stable}; nothing is said about ${canary}.`,
        after: 0,
        needs: true,
      };
    case 'delete':
      return {
        says: 'The draft is forgotten. Nothing was started, so nothing changes for callers.',
        after: 0,
        needs: false,
      };
    default:
      return {says: '', after: rollout.share, needs: true};
  }
}

/** What stands over everything else, as {kind, title, text}; the worst first. */
export function banners(rollout) {
  const found = [];
  const split = rollout.split ?? {};
  if (split.verdict === 'harmful' || rollout.cause?.code === 'sample_ratio_mismatch') {
    found.push({
      kind: 'bad',
      title: 'The traffic split is broken: the results cannot be trusted',
      text: `${share(split.expected)} was meant for ${rollout.canary}, and assignments do not follow it. This is a fault of the experiment, not of ${rollout.canary}: look for callers that retry, caches, or a proxy that chooses.`,
    });
  }
  if (rollout.state === 'rolled_back') {
    found.push({
      kind: 'bad',
      title: `${rollout.canary} was rolled back`,
      text: `Nothing has to be done now. Below is what was seen; a new rollout starts clean.`,
    });
  }
  if (rollout.state === 'failed' && rollout.cause?.code !== 'sample_ratio_mismatch') {
    found.push({
      kind: 'bad',
      title: `The rollout of ${rollout.canary} failed`,
      text: `${FAILED[rollout.cause?.code] ?? 'It could not be found out what it is like.'} Traffic is 100 % ${rollout.stable}.`,
    });
  }
  if (rollout.state === 'promoted') {
    found.push({
      kind: 'good',
      title: `${rollout.canary} was promoted`,
      text: `It is the stable version of ${rollout.model} now.`,
    });
  }
  const why = calls(rollout);
  if (why && !rollout.troubles?.length)
    found.push({kind: 'person', title: 'This waits for a person', text: `${why[0].toUpperCase()}${why.slice(1)}.`});
  for (const trouble of rollout.troubles ?? []) {
    found.push({
      kind: 'person',
      title: TROUBLES[trouble.kind] ?? trouble.kind,
      text: trouble.text,
      since: trouble.since,
    });
  }
  if (rollout.mode === 'observe' && !over(rollout)) {
    found.push({
      kind: 'note',
      title: 'It only observes',
      text: 'Guards judge and say what they would have done; only people move traffic.',
    });
  }
  if (rollout.plan?.auto_rollback === false && !over(rollout)) {
    found.push({
      kind: 'note',
      title: 'Automatic rollback is off',
      text: 'Harm is said, and a person has to act on it.',
    });
  }
  return found;
}

const TROUBLES = {
  canary_silent: 'The canary says nothing',
  actuator_refuses: 'The traffic could not be moved',
  evidence_unreadable: 'The numbers could not be read',
};

const FAILED = {
  load_failed: 'It could not be loaded: look at Models for why, mend the file, and start a new rollout.',
  start_deadline:
    'It was not ready in time: look at Models for why, and start a new rollout. A deployment says why in its own log; start it by scripts/release.',
  canary_silent: 'It got traffic and nothing was heard of it: look whether its instances are alive.',
  actuator_refuses: 'The traffic could not be moved: look at the log of the controller for what refused.',
  evidence_unreadable: 'Its numbers could not be read.',
};

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
