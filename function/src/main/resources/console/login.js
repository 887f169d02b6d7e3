// The way in, at first and when a session has ended.

import {Refusal, actor, get, post} from './api.js';
import {h, kept} from './dom.js';

/** What a refused login says, with what to do. */
export function refused(refusal) {
  if (refusal.status === -1)
    return (
      'The token is right, but your browser did not keep the session: over plain http it does so for this machine alone. ' +
      'Open the console by https, or through a tunnel: ssh -L 8080:127.0.0.1:8080 HOST, then http://127.0.0.1:8080/console'
    );
  if (refusal.status === 401 && refusal.kind !== 'foreign')
    return 'That token is not right. It is the ADMIN_TOKEN (or, to look only, the VIEWER_TOKEN) that the service was started with.';
  if (refusal.kind === 'admin-off') return 'The console is switched off: start the service with ADMIN_TOKEN set.';
  return `${refusal.message[0].toUpperCase()}${refusal.message.slice(1)}.`;
}

/** The session that a token opens. Status -1 is a browser that does not keep it. */
async function sessionOf(token) {
  await post('/console/session', {token});
  try {
    return await get('/console/session');
  } catch (refusal) {
    throw refusal.status === 401 ? new Refusal(-1, {}) : refusal;
  }
}

/** The form that lets in; `enter` is given the session. */
function form(enter) {
  const error = h('p', {class: 'fault', role: 'alert', id: 'login-fault'});
  const token = h('input', {
    id: 'token',
    name: 'token',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    'aria-describedby': 'login-fault',
    spellcheck: 'false',
  });
  const actorName = h('input', {
    id: 'name',
    name: 'username',
    autocomplete: 'username',
    maxlength: '64',
    value: kept.get('actor'),
  });
  const button = h('button', {class: 'primary'}, 'Log in');

  function wait(seconds) {
    button.disabled = seconds > 0;
    error.textContent = seconds > 0 ? `Too many attempts from your address. Try again in ${seconds} s.` : '';
    if (seconds > 0) setTimeout(wait, 1000, seconds - 1);
  }

  async function submit(event) {
    event.preventDefault();
    const known = actor(actorName.value);
    if (actorName.value.trim() && !known) {
      error.textContent =
        'The history takes names of plain letters, digits and signs, and not judge, clock or runtime.';
      actorName.focus();
      return;
    }
    button.disabled = true;
    error.textContent = '';
    let session;
    try {
      session = await sessionOf(token.value.trim());
    } catch (refusal) {
      button.disabled = false;
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 429) wait(refusal.retryAfter || 60);
      else {
        error.textContent = refused(refusal);
        token.focus();
      }
      return;
    }
    button.disabled = false;
    kept.set('actor', known);
    token.value = '';
    enter(session);
  }

  return h(
    'form',
    {class: 'login', onsubmit: submit, 'data-testid': 'login'},
    h('label', {for: 'name'}, 'Your name, for the history ', h('span', {class: 'note'}, '(may be left out)')),
    actorName,
    h('label', {for: 'token'}, 'Token'),
    token,
    error,
    button,
  );
}

/** The page of whoever has not logged in. */
export const entrance = enter =>
  h(
    'section',
    {class: 'entrance'},
    h('h1', {}, h('img', {src: '/console/icon.svg', alt: '', width: 36, height: 36}), 'Sluice'),
    h('p', {class: 'note'}, 'Serves versions of models behind one address. Traffic follows proof.'),
    form(enter),
  );

export const isExpired = () => Boolean(document.querySelector('dialog.expired'));

/** Asks for the token again, over the page as it is. */
export function expired(enter) {
  const dialog = h(
    'dialog',
    {class: 'expired', 'aria-labelledby': 'expired', oncancel: event => event.preventDefault()},
    h('h2', {id: 'expired'}, 'Your session has ended'),
    h('p', {}, 'Log in again to go on where you were. Sessions last 8 hours, and end when the token is changed.'),
    form(session => {
      dialog.close();
      dialog.remove();
      enter(session);
    }),
  );
  document.body.append(dialog);
  dialog.showModal();
}
