import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Live, STALE_MS, pause, reader, standing} from '../../main/resources/console/live.js';

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

test('is live while it is heard', () => {
  assert.equal(standing(true, 0, 0, STALE_MS - 1), 'live');
  assert.equal(standing(false, 0, 0, STALE_MS - 1), 'reconnecting');
});

test('numbers that are asked for and come are not stale, though the stream is silent', () => {
  assert.equal(standing(true, 0, 5000, STALE_MS), 'polling');
  assert.equal(standing(false, 0, 5000, STALE_MS), 'polling');
});

test('is stale when neither was heard for 40 s', () => {
  assert.equal(standing(true, 0, 0, STALE_MS), 'stale');
  assert.equal(standing(false, 0, 5000, STALE_MS + 5000), 'stale');
  assert.equal(standing(true, 5000, 0, STALE_MS), 'live');
});

test('tries again soon, then less often, never later than 10 s', () => {
  assert.deepEqual([0, 1, 2, 9].map(pause), [500, 1000, 2000, 10_000]);
});

/** What never comes is a failure, and not a wait. */
const LIMITED = {timeout: 10_000};

/** Streams that a test answers: the n-th request is what the n-th of `answers` makes of it. */
function streams(...answers) {
  const asked = [];
  const gone = signal => new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('gone'))));
  const ask = (path, {headers, signal}) => {
    asked.push(headers);
    return Promise.race([gone(signal), answers[asked.length - 1](signal)]);
  };
  return {asked, ask};
}

const never = () => new Promise(() => {});
const silent = signal =>
  new Response(
    new ReadableStream({start: stream => signal.addEventListener('abort', () => stream.error(new Error('gone')))}),
  );
const saying = text => () => new Response(text);

test('a head that does not come is waited for no longer, and asked for again', LIMITED, async () => {
  const {ask} = streams(never, saying('data: {"a":1}\n\n'), never);
  const event = await new Promise(done => {
    const live = new Live(
      {event: found => (live.close(), done(found)), opened() {}, cut() {}, refused() {}},
      {head: 5, silence: 1000},
      ask,
    );
  });
  assert.equal(event.a, 1);
});

test('a connection that falls silent is given up, and asked for again', LIMITED, async () => {
  const {ask} = streams(silent, saying('data: {"a":1}\n\n'), never);
  const event = await new Promise(done => {
    const live = new Live(
      {event: found => (live.close(), done(found)), opened() {}, cut() {}, refused() {}},
      {head: 60_000, silence: 5},
      ask,
    );
  });
  assert.equal(event.a, 1);
});

test('goes on after the last event that it had', LIMITED, async () => {
  const {ask, asked} = streams(saying('id: 41\ndata: {}\n\nid: 42\ndata: {}\n\n'), saying('data: {}\n\n'), never);
  await new Promise(done => {
    const live = new Live(
      {event: () => asked.length === 2 && (live.close(), done()), opened() {}, cut() {}, refused() {}},
      {head: 1000, silence: 1000},
      ask,
    );
  });
  assert.deepEqual(
    asked.map(headers => headers['Last-Event-ID']),
    [undefined, '42'],
  );
});
