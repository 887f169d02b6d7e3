import assert from 'node:assert/strict';
import {test} from 'node:test';
import {STALE_MS, pause, reader, standing} from '../../main/resources/console/live.js';

test('reads events that arrive in pieces', () => {
  const read = reader();
  assert.deepEqual(read('id: 7\nevent: mo'), []);
  assert.deepEqual(read('ved\ndata: {"a":1}\n'), []);
  assert.deepEqual(read('\nid: 8\n'), [{id: '7', name: 'moved', data: '{"a":1}'}]);
});

test('heartbeats are no events', () => assert.deepEqual(reader()(': \n\n'), []));

test('lines of data are joined, and carriage returns are taken', () => {
  assert.deepEqual(reader()('data: a\r\ndata: b\r\n\r\n'), [{id: '', name: 'message', data: 'a\nb'}]);
});

test('a carriage return at the end of a piece splits nothing', () => {
  const read = reader();
  assert.deepEqual(read('data: a\r\n\r'), []);
  assert.deepEqual(read('\n'), [{id: '', name: 'message', data: 'a'}]);
});

test('is live while it is heard, and stale when it was not for 40 s', () => {
  assert.equal(standing(true, 0, STALE_MS - 1), 'live');
  assert.equal(standing(false, 0, STALE_MS - 1), 'reconnecting');
  assert.equal(standing(true, 0, STALE_MS), 'stale');
  assert.equal(standing(false, 0, STALE_MS), 'stale');
});

test('tries again soon, then less often, never later than 10 s', () => {
  assert.deepEqual([0, 1, 2, 9].map(pause), [500, 1000, 2000, 10_000]);
});
