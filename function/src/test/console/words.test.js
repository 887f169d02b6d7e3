import assert from 'node:assert/strict';
import {test} from 'node:test';
import {banners} from '../../main/resources/console/banners.js';
import {margin, metric, value} from '../../main/resources/console/rules.js';
import {effect} from '../../main/resources/console/verbs.js';
import {
  calls,
  forecast,
  foreseen,
  goal,
  lead,
  next,
  order,
  over,
  parts,
  proven,
  setback,
  state,
  verdict,
} from '../../main/resources/console/words.js';

const running = {
  model: 'digits',
  stable: 'A',
  canary: 'B',
  state: 'running',
  share: 10,
  next_share: 50,
  waits_for: ['error_rate'],
  guards: [],
  plan: {steps: [{share: 10}, {share: 50}]},
};

test('the worst verdict is that of all', () => {
  const of = (...words) => verdict(words.map(word => ({next_verdict: word, verdict: word})));
  assert.equal(of('safe', 'harmful', 'no_data'), 'harmful');
  assert.equal(of('safe', 'no_data', 'undecided'), 'no_data');
  assert.equal(of('safe', 'undecided'), 'undecided');
  assert.equal(of('safe', 'safe'), 'safe');
});

test('no guards are no proof', () => assert.equal(verdict([]), 'no_data'));

test('a guard that only rolls back holds nothing up', () => {
  assert.equal(
    verdict([
      {verdict: 'undecided', next_verdict: 'undecided', rule: {role: 'rollback_only'}},
      {verdict: 'safe', next_verdict: 'safe', rule: {role: 'pacing'}},
    ]),
    'safe',
  );
});

test('says in one sentence where it stands', () => {
  assert.equal(lead(running), 'B takes 10 % of digits.');
  assert.equal(lead({...running, state: 'rolled_back', share: 0}), 'A answers all of digits again.');
  assert.equal(lead({...running, state: 'promoted', share: 100}), 'B answers all of digits.');
  assert.equal(lead({...running, state: 'paused', share: 0}), 'B gets nothing of digits until a person decides.');
});

test('says what is waited for', () => {
  assert.equal(next(running), '50 %, once error_rate is proven not worse.');
  assert.equal(
    next({...running, next_share: 100, waits_for: ['a', 'b', 'c']}),
    'The promotion, once a, b and c are proven not worse.',
  );
  assert.match(next({...running, waits_for: []}), /as soon as this step has lasted long enough/);
  assert.match(next({...running, split: {verdict: 'harmful'}}), /Nothing is concluded/);
});

test('a step by the clock waits for no proof, and the promotion does', () => {
  const timed = {...running, plan: {...running.plan, pace: 'time'}};
  assert.match(next(timed), /^50 % by the clock: /);
  assert.equal(next({...timed, next_share: 100}), 'The promotion, once error_rate is proven not worse.');
});

test('who only observes moves nothing, and foresees nothing', () => {
  const looking = {...running, mode: 'observe', minutes_to_promotion: 9};
  assert.match(next(looking), /^Nothing by itself/);
  assert.match(forecast(looking, 0), /^No forecast: it only observes/);
  assert.match(foreseen({mode: 'observe'}, {minutes_to_promotion: 9}), /^No forecast: it only observes/);
});

test('what a person promotes ends by waiting for one', () => {
  const plan = {...running.plan, promotion: 'manual'};
  assert.equal(
    next({...running, plan, next_share: 100, waits_for: ['a']}),
    "A person's decision, once a is proven not worse.",
  );
  assert.equal(
    forecast({...running, plan, minutes_to_promotion: 9}, 0),
    'All is proven in about 9 min at this traffic (an estimate); then it waits for a person.',
  );
});

test('harm takes back only what has traffic, and only where it may', () => {
  const paused = {...running, state: 'paused'};
  assert.equal(next(paused), 'A person decides. Harm still takes the canary back.');
  assert.match(next({...paused, mode: 'observe'}), /Harm is only said: you have to act/);
  assert.match(next({...paused, plan: {auto_rollback: false}}), /Harm is only said: you have to act/);
  assert.equal(next({...paused, share: 0}), 'A person decides.');
  assert.match(effect('pause', running).says, /Harm still takes it back/);
  assert.match(effect('pause', {...running, plan: {auto_rollback: false}}).says, /you have to act/);
  assert.doesNotMatch(effect('pause', {...running, share: 0}).says, /[Hh]arm/);
});

test('a plan that nobody started is foreseen by the traffic of the instance that is asked', () => {
  const soon = {minutes_to_promotion: 9};
  assert.equal(foreseen({}, soon), "Promotion in about 9 min at this instance's traffic (an estimate).");
  assert.match(foreseen({pace: 'time'}, soon), /steps are opened by the clock/);
  assert.match(foreseen({}, {unknown: 'no_traffic'}), /has answered nothing of this model in the last minute/);
  assert.match(foreseen({}, {unknown: 'no_proof'}), /no end that can be foretold/);
});

test('says how long it may take and what follows without proof', () => {
  const now = Date.parse('2026-11-22T05:00:00Z');
  assert.equal(
    forecast({...running, minutes_to_promotion: 9, deadline: '2026-11-22T06:00:00Z', on_timeout: 'rollback'}, now),
    'Promotion in about 9 min at this traffic (an estimate). Without proof in 1 h it is rolled back.',
  );
  assert.match(
    forecast({...running, deadline: '2026-11-22T04:00:00Z', on_timeout: 'wait'}, now),
    /No forecast yet.*Time is up: it waits for a person/,
  );
  assert.equal(forecast({...running, state: 'promoted'}, now), '');
});

test('calls a person where one is needed, and only there', () => {
  assert.equal(calls(running), '');
  assert.match(calls({...running, state: 'paused', possible: ['resume']}), /resume it, or roll it back/);
  assert.match(calls({...running, state: 'completed'}), /promote it/);
  assert.equal(calls({...running, state: 'completed', ended_at: '2026-11-22T05:00:00Z'}), '');
  assert.equal(calls({...running, troubles: [{kind: 'canary_silent', text: 'no word from B'}]}), 'no word from B');
});

test('puts those first that need a person, then those that move', () => {
  const row = (model, rollout) => ({model, rollout});
  const sorted = order([
    row('quiet'),
    row('done', {...running, state: 'promoted'}),
    row('moving', running),
    row('waiting', {...running, state: 'paused'}),
  ]);
  assert.deepEqual(
    sorted.map(one => one.model),
    ['waiting', 'moving', 'done', 'quiet'],
  );
});

test('a broken split stands over everything else', () => {
  const [first] = banners({...running, split: {verdict: 'harmful', expected: 10}});
  assert.match(first.title, /split is broken: the results cannot be trusted/);
});

test('an end has its banner, and says what to do where it failed', () => {
  assert.equal(banners({...running, state: 'rolled_back'})[0].title, 'B was rolled back');
  assert.equal(banners({...running, state: 'promoted'})[0].kind, 'good');
  assert.match(banners({...running, state: 'failed', cause: {code: 'load_failed'}})[0].text, /look at Models/);
  assert.deepEqual(banners(running), []);
});

test('observing is said, and so is that harm is left to people', () => {
  assert.equal(banners({...running, mode: 'observe', plan: {auto_rollback: false}}).length, 2);
});

test('an effect has words and the share afterwards', () => {
  assert.equal(effect('rollback', running).after, 0);
  assert.equal(effect('rollback', running).says, 'All traffic goes back to A; 10 % of it switches. B gets nothing.');
  assert.equal(effect('promote', running).after, 100);
  assert.match(effect('promote', running).says, /not proven for all of the traffic/);
  assert.doesNotMatch(
    effect('promote', {...running, guards: [{verdict: 'safe', next_verdict: 'safe'}]}).says,
    /not proven/,
  );
  assert.equal(effect('pause', running).after, 10);
  assert.equal(effect('start', {...running, share: 0}).after, 10);
  for (const verb of ['promote', 'rollback', 'stop', 'pause']) assert.equal(effect(verb, running).needs, true);
});

test('what is safe for the next share only is promoted without proof', () => {
  const guards = [{verdict: 'undecided', next_verdict: 'safe', rule: {role: 'pacing'}}];
  assert.match(effect('promote', {...running, share: 1, next_share: 5, guards}).says, /you did not wait/);
});

test('the limit that is shown is the one for the next share, also when all is over', () => {
  const guard = {safe: {shares: [{share: 10}, {share: 50}, {share: 100}]}};
  assert.equal(goal(guard, running).share, 50);
  assert.equal(goal(guard, {...running, state: 'rolled_back', next_share: undefined}, 10).share, 50);
  assert.equal(goal(guard, {...running, state: 'promoted', next_share: undefined}, 50).share, 100);
  assert.equal(goal(guard, {...running, state: 'failed', next_share: undefined}).share, 100);
  assert.deepEqual(goal({safe: {shares: []}}, running), {});
});

test('proof asks every guard that decides', () => {
  const guard = (verdict, role) => ({verdict, rule: {role}});
  assert.equal(proven([guard('safe', 'pacing'), guard('undecided', 'rollback_only')]), true);
  assert.equal(proven([guard('safe', 'pacing'), guard('harmful', 'rollback_only')]), false);
  assert.equal(proven([guard('safe', 'pacing'), guard('undecided', 'pacing')]), false);
  assert.equal(proven([guard('undecided', 'rollback_only')]), false);
  assert.equal(proven([]), false);
});

test('more traffic follows a start as the plan says', () => {
  const draft = {...running, state: 'draft', share: 0};
  assert.match(effect('start', draft).says, /more as it is proven not worse/);
  assert.match(effect('start', {...draft, plan: {...draft.plan, pace: 'time'}}).says, /more by the clock/);
  assert.match(effect('start', {...draft, mode: 'observe'}).says, /no more: it only observes/);
});

test('margins are told in words', () => {
  assert.equal(
    margin({metric: 'error_rate', kind: 'ratio', harm: 1.1, safe: 1.5, floor: 0.001}),
    "at most 1.5 × stable's, or 0.1 %; harm above 1.1 ×",
  );
  assert.equal(margin({metric: 'latency_p95', kind: 'percentage', tolerance: 0.1}), "at most 10 % above stable's");
  assert.equal(margin({metric: 'latency_mean', kind: 'difference', tolerance: 5}), "at most 5 ms worse than stable's");
  assert.equal(margin({metric: 'latency_p99', kind: 'maximum', limit_ms: 250}), 'at most 250 ms');
  assert.equal(margin({metric: 'success_rate', kind: 'minimum', bound: 0.99}), 'at least 99 %');
  assert.equal(metric({metric: 'slower_than', limit_ms: 10.17}), 'answers slower than 10 ms');
  assert.equal(metric({metric: 'latency_p95'}), 'latency p95');
});

test('a value has its own unit', () => {
  assert.equal(value('ratio', 1.1), '1.1 ×');
  assert.equal(value('rate', 0.021), '2.1 %');
  assert.equal(value('difference', 0.003, {metric: 'latency_mean'}), '+3 ms');
  assert.equal(value('ratio', undefined), '–');
});

test('a headline comes apart into its end and what each guard found', () => {
  assert.deepEqual(parts('rolled back by judge after 25 s: a is worse; b is worse'), {
    head: 'rolled back by judge after 25 s',
    found: ['a is worse', 'b is worse'],
  });
  assert.deepEqual(parts('promoted by judge after 1 min: proven safe: a; b').found, ['a', 'b']);
  assert.deepEqual(parts('draft'), {head: 'draft', found: []});
});

test('marks what took traffic away', () => {
  assert.equal(setback({to: 'rolled_back'}), true);
  assert.equal(setback({to: 'running', kind: 'moved', share_from: 25, share_to: 5}), true);
  assert.equal(setback({to: 'running', kind: 'moved', share_from: 5, share_to: 25}), false);
});

test('what is proven and held waits, and is not over', () => {
  const held = {...running, state: 'completed'};
  assert.equal(over(held), false);
  assert.deepEqual(state(held), ['person', 'waits for a person']);
});
