// Talks to the service: the same API that scripts use, by cookie instead of token.

import {kept} from './dom.js';

/** What the service, or the way to it, said no with. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter = 0) {
    super(problem.detail || problem.title || `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.kind = String(problem.type ?? '')
      .split(':')
      .pop();
    this.retryAfter = retryAfter;
  }
}

/** A key under which a change is done once, however often it is sent. */
export function key() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** The history takes visible ASCII: accents go, what is left is refused. Empty: cannot be used. */
export function actor(name) {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').trim();
  return /^[!-~](?:[ -~]{0,62}[!-~])?$/.test(plain) && !['judge', 'clock', 'runtime'].includes(plain) ? plain : '';
}

/** The answer's JSON, or undefined where it has none. Throws a Refusal; status 0 is "no answer". */
export async function call(method, path, body, idempotencyKey) {
  const headers = {Accept: 'application/json'};
  if (method !== 'GET') headers['X-Sluice-Request'] = '1';
  if (body) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && kept.get('actor')) headers['X-Sluice-Actor'] = kept.get('actor');
  if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(method === 'GET' ? 15_000 : 60_000),
    });
    text = await response.text();
  } catch {
    throw new Refusal(0, {detail: 'the service does not answer'});
  }
  let json;
  try {
    json = text ? JSON.parse(text) : undefined;
  } catch {
    json = {detail: `this is no answer of Sluice (status ${response.status}): something in between answers for it`};
  }
  if (!response.ok) throw new Refusal(response.status, json ?? {}, Number(response.headers.get('Retry-After')) || 0);
  return json;
}

export const get = path => call('GET', path);
export const post = (path, body, idempotencyKey) => call('POST', path, body, idempotencyKey);
