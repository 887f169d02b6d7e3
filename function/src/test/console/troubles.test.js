import assert from 'node:assert/strict';
import {test} from 'node:test';
import {clock} from '../../main/resources/console/format.js';
import {broken, refused, silence} from '../../main/resources/console/troubles.js';

const AT = Date.parse('2026-11-22T05:00:00Z');
const asOf = `Numbers are as of ${clock(new Date(AT))}.`;

test('a silent stream is said to be, and numbers that come by polling are not called old', () => {
  assert.equal(silence('live', AT), undefined);
  assert.equal(silence('reconnecting', AT), undefined);
  assert.match(silence('polling', AT).title, /stream of news is silent/);
  assert.ok(silence('polling', AT).text.includes(asOf));
  assert.match(silence('stale', AT).title, /old/);
  assert.ok(silence('stale', AT).text.includes(asOf));
});

test('a refusal has its own words, its trace, and how old the numbers are', () => {
  const problem = {title: 'Something broke here', trace_id: 'abc'};
  assert.deepEqual(refused({status: 500, message: 'it broke', problem}, AT), {
    title: 'Something broke here',
    text: `it broke (trace abc). ${asOf}`,
  });
  assert.doesNotMatch(refused({status: 0, message: '', problem: {}}, undefined).text, /as of/);
});

test('a fault of the page says what to do', () => assert.match(broken(new Error('x')).text, /\(x\)\. Reload the page/));
