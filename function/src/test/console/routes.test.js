import assert from 'node:assert/strict';
import {test} from 'node:test';
import {place, route} from '../../main/resources/console/routes.js';

test('an address names a page, and what it is about', () => {
  assert.deepEqual(route(''), {name: 'overview', about: ''});
  assert.deepEqual(route('#/'), {name: 'overview', about: ''});
  assert.deepEqual(route('#/rollouts/7kq'), {name: 'rollout', about: '7kq'});
  assert.deepEqual(route('#/new?digits'), {name: 'create', about: 'digits'});
  assert.equal(route('#/nothing'), undefined);
});

test('an id is decoded, and one that cannot be is none', () => {
  assert.equal(route('#/rollouts/a%20b').about, 'a b');
  assert.equal(route('#/rollouts/%E0%A4%A'), undefined);
  assert.equal(route('#/new?%'), undefined);
});

test('a query of the history is left to be decoded once', () => {
  const {about} = route('#/history?tag=50%2525');
  assert.equal(new URLSearchParams(about).get('tag'), '50%25');
});

test('the place is that of the page without what it is about', () => {
  assert.equal(place('#/new?digits'), '#/new');
  assert.equal(place(''), '#/');
});
