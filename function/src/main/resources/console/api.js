// Talks to the service: the same API that scripts use, by cookie instead of token.

import {kept} from './dom.js';

/** What the service, or the way to it, said no with. */
export class Refusal extends Error {
  constructor(code, problem, retryAfter = 0) {
    super(problem.detail || problem.title || `status ${code}`);
    this.status = code;
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

/** How long an answer may take. */
const READ_MS = 15_000;
const CHANGE_MS = 60_000;

/**
 * What a whole answer says: its JSON, or undefined for 204. Throws a Refusal for the rest, also for a page
 * that something in between made up with a status of success.
 */
export function said(code, text, retryAfter = 0) {
  if (code === 204) return undefined;
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    // Not ours: told below.
  }
  if (json === null || typeof json !== 'object')
    throw new Refusal(
      code,
      {
        type: 'sluice:foreign',
        title: 'Something in between answers',
        detail: `this is no answer of Sluice (status ${code}): look at the proxy, or log in to it`,
      },
      retryAfter,
    );
  if (code < 200 || code > 299) throw new Refusal(code, json, retryAfter);
  return json;
}

/**
 * Asks, and answers as `said` does; a Refusal of status 0 is "no answer".
 *
 * @param once a key under which a change is done once
 * @param signal gives the question up
 */
export async function call(method, path, {body, once, signal} = {}) {
  const headers = {Accept: 'application/json'};
  if (method !== 'GET') headers['X-Sluice-Request'] = '1';
  if (body) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && kept.get('actor')) headers['X-Sluice-Actor'] = kept.get('actor');
  if (once) headers['Idempotency-Key'] = once;
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const late = setTimeout(giveUp, method === 'GET' ? READ_MS : CHANGE_MS);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'same-origin',
      signal: abort.signal,
    });
    text = await response.text();
  } catch {
    throw new Refusal(0, {detail: 'the service does not answer'});
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', giveUp);
  }
  return said(response.status, text, Number(response.headers.get('Retry-After')) || 0);
}

export const get = (path, signal) => call('GET', path, {signal});
export const post = (path, body, once) => call('POST', path, {body, once});
