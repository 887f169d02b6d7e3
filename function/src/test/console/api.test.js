import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Refusal, call, said} from '../../main/resources/console/api.js';

const refusalOf = (...answer) => {
  try {
    said(...answer);
  } catch (refusal) {
    assert.ok(refusal instanceof Refusal);
    return refusal;
  }
  return assert.fail('not refused');
};

test('an answer is its JSON, and 204 has none', () => {
  assert.deepEqual(said(200, '{"a":1}'), {a: 1});
  assert.deepEqual(said(201, '[]'), []);
  assert.equal(said(204, ''), undefined);
});

test('a refusal has its problem and how long to wait', () => {
  const refusal = refusalOf(429, '{"type":"urn:sluice:problem:rate-limited","detail":"too many"}', 12);
  assert.equal(refusal.status, 429);
  assert.equal(refusal.kind, 'rate-limited');
  assert.equal(refusal.message, 'too many');
  assert.equal(refusal.retryAfter, 12);
});

test('a page of something in between is no answer, whatever its status', () => {
  for (const [status, text] of [
    [200, '<!doctype html><title>Log in</title>'],
    [200, ''],
    [200, 'null'],
    [200, '"ok"'],
    [404, '<h1>Not found</h1>'],
    [502, ''],
  ]) {
    const refusal = refusalOf(status, text);
    assert.equal(refusal.kind, 'foreign');
    assert.equal(refusal.status, status);
    assert.match(refusal.message, /this is no answer of Sluice/);
  }
});

test('no answer is a refusal, also of a question that was given up', async t => {
  t.mock.method(globalThis, 'fetch', (path, {signal}) =>
    signal.aborted ? Promise.reject(new Error('given up')) : Promise.resolve(new Response('{}')),
  );
  assert.deepEqual(await call('GET', '/health'), {});
  await assert.rejects(call('GET', '/health', {signal: AbortSignal.abort()}), refusal => refusal.status === 0);
});
