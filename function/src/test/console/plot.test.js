import assert from 'node:assert/strict';
import {test} from 'node:test';
import {
  axis,
  band,
  course,
  dots,
  extent,
  joined,
  linear,
  log,
  logTicks,
  nearest,
  path,
  span,
  ticks,
  timeTicks,
} from '../../main/resources/console/plot.js';

const same = x => x;

test('a linear scale maps both ends and comes back', () => {
  const scale = linear(10, 20, 100, 0);
  assert.equal(scale(10), 100);
  assert.equal(scale(20), 0);
  assert.equal(scale.invert(50), 15);
});

test('a scale of one moment does not divide by nothing', () => {
  assert.equal(linear(5, 5, 0, 100)(5), 0);
});

test('a logarithmic scale puts a factor at the same distance everywhere', () => {
  const scale = log(0.1, 10, 0, 100);
  assert.equal(Math.round(scale(1)), 50);
  assert.equal(Math.round(scale.invert(50)), 1);
  assert.equal(scale(0), 0);
});

test('the extent leaves out what is not known', () => {
  assert.deepEqual(
    extent([
      [undefined, 3, NaN],
      [null, -1, Infinity],
    ]),
    [-1, 3],
  );
  assert.equal(extent([[undefined], []]), undefined);
});

test('ticks are round and within', () => {
  assert.deepEqual(ticks(0, 100, 4), [0, 50, 100]);
  assert.deepEqual(ticks(0, 0.013, 4), [0, 0.005, 0.01]);
  assert.deepEqual(ticks(-3, 5, 4), [-2, 0, 2, 4]);
  assert.deepEqual(ticks(7, 7), [7]);
});

test('logarithmic ticks are 1, 2 and 5 of each power', () => {
  assert.deepEqual(logTicks(0.4, 12), [0.5, 1, 2, 5, 10]);
  assert.deepEqual(logTicks(0.001, 1000), [0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  assert.ok(logTicks(1.01, 1.3).length > 1);
});

test('ticks of time are whole minutes or hours, and few', () => {
  const minute = 60_000;
  assert.deepEqual(
    timeTicks(10 * minute + 1, 14 * minute, 5),
    [11, 12, 13, 14].map(at => at * minute),
  );
  assert.ok(timeTicks(0, 86_400_000, 8).length <= 9);
  assert.deepEqual(timeTicks(0, 2 * 86_400_000, 2, 1800_000), [1800_000, 86_400_000 + 1800_000]);
});

test('an axis keeps what has to be in sight', () => {
  assert.deepEqual(axis('linear', [2, 40], {least: 0, most: 100}), [0, 100]);
  const [from, to] = axis('log', [3, 8], {least: 0.9, most: 1.1});
  assert.ok(from < 1 && to > 8);
  const [low, high] = axis('linear', [5, 5]);
  assert.ok(low < 5 && high > 5);
});

test('a missing value is a gap and no zero', () => {
  assert.equal(path([0, 1, 2, 3], [1, undefined, 1, 2], same, same), 'M0 1h0M2 1L3 2');
});

test('a point between gaps is a dot', () => {
  assert.equal(path([4], [7], same, same), 'M4 7h0');
});

test('steps hold their value until the next', () => {
  assert.equal(path([0, 1, 2], [5, 5, 9], same, same, true), 'M0 5L1 5H2V9');
});

test('nothing known draws nothing', () => {
  assert.equal(path([1, 2], [NaN, null], same, same), '');
  assert.equal(band([1, 2], [undefined, undefined], [undefined, undefined], same, same, [0, 9]), '');
});

test('a band runs along its upper side and back along its lower one', () => {
  assert.equal(band([0, 1], [2, 3], [5, 6], same, same, [0, 9]), 'M0 5L1 6L1 3L0 2Z');
});

test('an open side of a band reaches to that end of the axis', () => {
  assert.equal(band([0, 1], [2, 3], [undefined, undefined], same, same, [0, 9]), 'M0 9L1 9L1 3L0 2Z');
});

test('the nearest is the one before, the one after, or an end', () => {
  assert.equal(nearest([10, 20, 30], 14), 0);
  assert.equal(nearest([10, 20, 30], 16), 1);
  assert.equal(nearest([10, 20, 30], 99), 2);
  assert.equal(nearest([10, 20, 30], -5), 0);
  assert.equal(nearest([], 1), -1);
});

test('points that come again count once', () => {
  const at = sequence => ({sequence});
  assert.deepEqual(joined([at(1), at(2)], [at(2), at(3)]), [at(1), at(2), at(3)]);
  assert.deepEqual(joined([at(1)], []), [at(1)]);
});

const event = (seconds, from, to) => ({at: new Date(seconds * 1000).toISOString(), share_from: from, share_to: to});

test('the share goes where it was moved, and stays there until the end', () => {
  assert.deepEqual(course([event(10, 0, 5), event(20, 5, 0)], [0, 30_000]), {
    xs: [0, 10_000, 20_000, 30_000],
    ys: [0, 5, 0, 0],
  });
  assert.deepEqual(course([], [0, 1]), {xs: [], ys: []});
});

test('the time shown begins with the first window and has the last event in it', () => {
  const [from, to] = span([{time: 20_000, seconds: 10}], [event(40, 5, 0)]);
  assert.equal(from, 10_000);
  assert.ok(to > 40_000);
  assert.deepEqual(span([], []), [0, 1]);
});

test('a band of one window can be seen', () => {
  assert.equal(band([50], [2], [5], same, same, [0, 9]), 'M46 5h8V2h-8Z');
});

test('few points have dots, many have none', () => {
  assert.equal(dots([1, 2, 3], [5, undefined, 6], same, same), 'M1 5h0M3 6h0');
  assert.equal(dots([1, 2], [5, 6], same, same, 1), '');
});
