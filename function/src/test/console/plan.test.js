import assert from 'node:assert/strict';
import {test} from 'node:test';
import {actor} from '../../main/resources/console/api.js';
import {body, candidates, guard, members} from '../../main/resources/console/plan.js';
import {foremost, p95} from '../../main/resources/console/overview.js';

test("what was left empty is not sent: it is the preset's", () => {
  assert.deepEqual(body({model: 'digits', version: 'B', preset: 'canary', name: ' ', pace: '', deadline_minutes: ''}), {
    model: 'digits',
    version: 'B',
    preset: 'canary',
  });
});

test('steps are percents, with what each has to last where that was said', () => {
  assert.deepEqual(body({steps: '1, 5 %,25%'}).steps, [1, 5, 25]);
  assert.deepEqual(body({steps: '10 50', min_minutes: '30'}).steps, [
    {share: 10, min_minutes: 30},
    {share: 50, min_minutes: 30},
  ]);
});

test('what is no number goes as it is, so that the service says what is wrong with it', () => {
  assert.equal(body({window_seconds: 'long'}).window_seconds, 'long');
  assert.deepEqual(body({steps: '5, lots'}).steps, [5, 'lots']);
});

test('choices and tags', () => {
  assert.deepEqual(body({auto_rollback: 'false', mode: 'observe', tags: 'a, b c'}), {
    auto_rollback: false,
    mode: 'observe',
    tags: ['a', 'b', 'c'],
  });
});

test('what only one preset has is sent with that one', () => {
  assert.equal(body({preset: 'canary', latency_p99_ms: '250'}).latency_p99_ms, undefined);
  assert.equal(body({preset: 'thresholds', latency_p99_ms: '250'}).latency_p99_ms, 250);
  assert.equal(body({preset: 'canary', success: {metric: 'score'}}).success, undefined);
});

test('a guard has the members of its metric and kind, and no others', () => {
  assert.deepEqual(
    guard({
      metric: 'latency_p95',
      kind: 'percentage',
      tolerance: 0.1,
      safe: 2,
      limit_ms: 9,
      score: 'reward',
      action: 'alert',
    }),
    {metric: 'latency_p95', kind: 'percentage', action: 'alert', tolerance: 0.1},
  );
  assert.deepEqual(members('slower_than', 'ratio'), ['limit_ms', 'safe', 'harm?', 'floor?']);
  assert.deepEqual(members('latency_p99', 'maximum'), ['limit_ms']);
  assert.deepEqual(members('latency_mean', 'maximum'), ['bound']);
});

test('guards that measure the same have names of their own', () => {
  const names = all => body({}, all).guards.map(one => one.name);
  const kept = {name: 'error_rate', metric: 'error_rate', kind: 'ratio'};
  const added = {metric: 'error_rate', kind: 'maximum', bound: 0.01};
  assert.deepEqual(names([added]), [undefined]);
  assert.deepEqual(names([kept, added]), ['error_rate', 'error_rate_maximum']);
  assert.deepEqual(names([added, kept, added, added]), [
    'error_rate_maximum',
    'error_rate',
    'error_rate_maximum_2',
    'error_rate_maximum_3',
  ]);
});

test('a contrast stays as it was', () => {
  const contrast = {
    metric: 'error_rate',
    kind: 'contrast',
    harm: {factor: 1, offset: 0.1},
    safe: {factor: 1, offset: 0.2},
  };
  assert.deepEqual(guard(contrast), contrast);
});

test('names go into the history as ASCII, or not at all', () => {
  assert.equal(actor(' José '), 'Jose');
  assert.equal(actor('名'), '');
  assert.equal(actor('judge'), '');
});

test('of each model the rollout that is not over counts, else the newest', () => {
  const found = foremost(
    [{id: 1, model: 'a'}],
    [
      {id: 4, model: 'b'},
      {id: 3, model: 'b'},
      {id: 2, model: 'a'},
    ],
  );
  assert.deepEqual(
    [...found.values()].map(one => one.id),
    [1, 4],
  );
});

test('the p95 is the number of its check, where there is one', () => {
  assert.equal(p95({checks: [{name: 'load'}, {name: 'latency', value_ms: 1.5}]}), 1.5);
  assert.equal(p95({checks: [{name: 'latency', message: '0 requests in the last minute'}]}), undefined);
  assert.equal(p95(undefined), undefined);
});

const known = {
  config: {models: {digits: {stable: 'A', canary: 'C'}}},
  models: {digits: {A: {}, B: {}, C: {}}},
};

test('versions but the stable one can be tried, the one that gets traffic first', () => {
  assert.deepEqual(candidates(known, 'digits').loaded, ['B', 'C']);
  assert.equal(candidates(known, 'digits').usual, 'C');
  assert.equal(candidates(known, 'other').usual, undefined);
});

test('a version that has gone is said to be, and no other is put in its place', () => {
  assert.equal(candidates(known, 'digits').missing('B'), '');
  assert.match(candidates(known, 'digits').missing('D'), /^D is not loaded any more/);
  assert.match(candidates(known, 'digits').missing('A'), /^A is the stable version now/);
  assert.equal(candidates(known, 'digits').missing(''), '');
});
