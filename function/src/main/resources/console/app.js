// The frame around the pages: who is logged in, which page is shown, what is wrong, and news as it comes.

import {actor, call, get, post, Refusal} from './api.js';
import {ages, badge, draw, h, kept, since} from './dom.js';
import {duration} from './format.js';
import {Live} from './live.js';
import {overview} from './overview.js';
import {rollout} from './rollout.js';
import {create} from './create.js';
import {history, models, system} from './service.js';

const ROUTES = [
  [/^#\/rollouts\/([^/]+)$/, rollout],
  [/^#\/new(?:\?(.*))?$/, create],
  [/^#\/models$/, models],
  [/^#\/history(?:\?(.*))?$/, history],
  [/^#\/system$/, system],
  [/^(?:#\/?)?$/, overview],
];
const NAV = [
  ['#/', 'Overview'],
  ['#/new', 'New rollout'],
  ['#/models', 'Models'],
  ['#/history', 'History'],
  ['#/system', 'System'],
];
const EVERY_MS = 5000;

const root = document.getElementById('page');
const top = document.getElementById('top');
const notices = document.getElementById('notices');
const said = document.getElementById('said');

/** What pages know of the frame. */
const app = {
  role: '',
  get mayAct() {
    return app.role === 'admin';
  },
  say(text) {
    said.textContent = text;
  },
  reload: () => load(),
  failed,
};

let page;
let live;
let loading = false;
let again = false;
const troubles = new Map();

/** A screen that says what is the matter and what to do. */
const screen = (title, text, ...more) =>
  h('section', {class: 'screen', 'data-testid': 'screen'}, h('h1', {}, title), h('p', {}, text), more);

function trouble(name, found) {
  if (found) troubles.set(name, found);
  else if (!troubles.delete(name)) return;
  draw(notices, [...troubles.values()], all =>
    all.map(({title, text, at}) =>
      h(
        'div',
        {class: 'notice person', 'data-testid': 'notice'},
        badge('person', title),
        h('p', {}, text, at && [' Last seen ', since(at, ' ago'), '.']),
      ),
    ),
  );
  root.toggleAttribute('data-stale', troubles.size > 0 && !(troubles.size === 1 && troubles.has('controller')));
}

/** What went wrong on the way to the numbers: told on top of those that are there. */
function failed(refusal) {
  if (!(refusal instanceof Refusal)) throw refusal;
  const {status, kind} = refusal;
  if (status === 401) return expired();
  if (kind === 'admin-off')
    return root.replaceChildren(
      screen('The console is switched off', 'Start the service with ADMIN_TOKEN set, then reload this page.'),
    );
  if (status === 404 && !page?.ready) {
    page = undefined;
    return root.replaceChildren(
      screen(
        'Not found',
        `${refusal.message}. It may have been a draft that was deleted, or be in another store.`,
        h('p', {}, h('a', {href: '#/'}, 'To the overview'), ' or ', h('a', {href: '#/history'}, 'the history')),
      ),
    );
  }
  const [title, text] =
    status === 0
      ? [
          'The service does not answer',
          'Numbers are as they were. Look whether it runs and can be reached from here; the console goes on by itself.',
        ]
      : kind === 'store-away'
        ? [
            'The store is away',
            'Predictions go on with the last shares; nothing is judged or changed until it is back. Look at the data folder, or the database. The console goes on by itself.',
          ]
        : [
            refusal.problem.title ?? `Status ${status}`,
            `${refusal.message}${refusal.problem.trace_id ? ` (trace ${refusal.problem.trace_id})` : ''}`,
          ];
  trouble('service', {title, text});
}

async function load() {
  if (!app.role || !page) return;
  again = true;
  if (loading) return;
  loading = true;
  while (again && page) {
    again = false;
    const now = page;
    try {
      await now.load();
      now.ready = true;
      trouble('service');
    } catch (refusal) {
      if (now === page) failed(refusal);
    }
    if (now !== page) again = true;
  }
  loading = false;
}

function show() {
  if (!app.role) return;
  page?.leave?.();
  const [pattern, build] = ROUTES.find(([one]) => one.test(location.hash)) ?? [];
  if (!build) {
    page = undefined;
    return root.replaceChildren(
      screen(
        'Nothing is here',
        "This address is none of the console's.",
        h('p', {}, h('a', {href: '#/'}, 'To the overview')),
      ),
    );
  }
  page = build(app, decodeURIComponent(pattern.exec(location.hash)[1] ?? ''));
  root.replaceChildren(page.node);
  document.title = `${page.title} · Sluice`;
  for (const link of top.querySelectorAll('nav a')) {
    if (link.hash === (location.hash || '#/').replace(/\?.*/, '')) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  window.scrollTo(0, 0);
  load();
}

async function look() {
  if (!app.role) return;
  try {
    app.system = await get('/admin/system');
    const {controller = {}, store = {}} = app.system;
    trouble(
      'controller',
      controller.away && {
        title: 'Nobody judges',
        at: controller.last_seen_at,
        text: 'No controller is at work: shares stay as they are, and harm is not acted upon. Start an instance with SLUICE_MODE=control, or look at the log of the one that controls.',
      },
    );
    if (store.up === false) failed(new Refusal(503, {type: 'store-away'}));
  } catch {
    // The page's own requests say what is wrong.
  }
}

function chip() {
  const node = document.querySelector('[data-live]');
  if (!node || !live) return;
  const standing = live.standing;
  const age = duration((Date.now() - live.heardAt) / 1000);
  if (node.dataset.live !== standing) {
    if (node.dataset.live !== '' && (standing === 'live') !== (node.dataset.live === 'live')) {
      app.say(standing === 'live' ? 'Live again.' : 'The stream of news is cut off; reconnecting.');
    }
    node.dataset.live = standing;
    if (standing === 'stale') live.again();
  }
  node.textContent = standing === 'stale' ? `stale ${age}` : standing;
  node.title =
    standing === 'live' ? 'Decisions appear as they are made.' : 'News does not arrive; it is tried again by itself.';
  trouble(
    'stale',
    standing === 'stale' && {
      title: 'These numbers are old',
      text: 'Nothing was heard from the service for more than 40 s. It is tried again by itself.',
    },
  );
}

function frame() {
  top.replaceChildren(
    h(
      'a',
      {class: 'brand', href: '#/'},
      h('img', {src: '/console/icon.svg', alt: '', width: 22, height: 22}),
      'Sluice',
    ),
    h(
      'nav',
      {'aria-label': 'Pages'},
      NAV.map(([href, name]) => h('a', {href}, name)),
    ),
    h('span', {class: 'chip', 'data-live': '', title: ''}, 'connecting'),
    h('span', {class: 'who', 'data-testid': 'who'}, `${kept.get('actor') || 'nameless'} (${app.role})`),
    h('button', {type: 'button', class: 'small', onclick: logOut}, 'Log out'),
  );
}

async function logOut() {
  try {
    await call('DELETE', '/console/session');
  } catch (refusal) {
    if (refusal.status !== 401) return failed(refusal);
  }
  kept.set('until', '');
  leave();
  entrance();
}

function leave() {
  live?.close();
  live = undefined;
  page?.leave?.();
  page = undefined;
  app.role = '';
  troubles.clear();
  trouble('service', undefined);
  notices.replaceChildren();
  top.replaceChildren();
}

function entered(session) {
  app.role = session.role;
  kept.set('until', session.expires_at);
  frame();
  live?.close();
  live = new Live({
    event: event => page?.hears?.(event) !== false && load(),
    opened: comesBack => {
      chip();
      if (comesBack) load();
    },
    cut: chip,
    refused: status => (status === 401 ? expired() : status === 503 && load()),
  });
  look();
}

/** The form that lets in; `done` follows. */
function form(done) {
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
  const name = h('input', {
    id: 'name',
    name: 'username',
    autocomplete: 'username',
    maxlength: '64',
    value: kept.get('actor'),
  });
  const button = h('button', {class: 'primary'}, 'Log in');
  const wait = seconds => {
    button.disabled = seconds > 0;
    error.textContent = seconds > 0 ? `Too many attempts from your address. Try again in ${seconds} s.` : '';
    if (seconds > 0) setTimeout(wait, 1000, seconds - 1);
  };
  const enter = async event => {
    event.preventDefault();
    const known = actor(name.value);
    if (name.value.trim() && !known) {
      error.textContent =
        'The history takes names of plain letters, digits and signs, and not judge, clock or runtime.';
      return name.focus();
    }
    button.disabled = true;
    error.textContent = '';
    try {
      await post('/console/session', {token: token.value.trim()});
      kept.set('actor', known);
      token.value = '';
      done(
        await get('/console/session').catch(refusal => {
          throw refusal.status === 401 ? new Refusal(-1, {}) : refusal;
        }),
      );
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 429) return wait(refusal.retryAfter || 60);
      error.textContent =
        refusal.status === 401
          ? 'That token is not right. It is the ADMIN_TOKEN (or, to look only, the VIEWER_TOKEN) that the service was started with.'
          : refusal.status === -1
            ? 'The token is right, but your browser did not keep the session: over plain http it does so for this machine alone. ' +
              'Open the console by https, or through a tunnel: ssh -L 8080:127.0.0.1:8080 HOST, then http://127.0.0.1:8080/console'
            : refusal.kind === 'admin-off'
              ? 'The console is switched off: start the service with ADMIN_TOKEN set.'
              : `${refusal.message[0].toUpperCase()}${refusal.message.slice(1)}.`;
      token.focus();
    }
    button.disabled = false;
  };
  return h(
    'form',
    {class: 'login', onsubmit: enter, 'data-testid': 'login'},
    h('label', {for: 'name'}, 'Your name, for the history ', h('span', {class: 'note'}, '(may be left out)')),
    name,
    h('label', {for: 'token'}, 'Token'),
    token,
    error,
    button,
  );
}

function entrance() {
  document.title = 'Log in · Sluice';
  root.replaceChildren(
    h(
      'section',
      {class: 'entrance'},
      h('h1', {}, h('img', {src: '/console/icon.svg', alt: '', width: 36, height: 36}), 'Sluice'),
      h('p', {class: 'note'}, 'Serves versions of models behind one address. Traffic follows proof.'),
      form(session => {
        entered(session);
        show();
        root.focus();
      }),
    ),
  );
  document.getElementById('token').focus();
}

/** The session is over: the page stays as it is, and goes on after a login. */
function expired() {
  kept.set('until', '');
  if (document.querySelector('dialog.expired') || !app.role) return;
  const dialog = h(
    'dialog',
    {class: 'expired', 'aria-labelledby': 'expired', oncancel: event => event.preventDefault()},
    h('h2', {id: 'expired'}, 'Your session has ended'),
    h('p', {}, 'Log in again to go on where you were. Sessions last 8 hours, and end when the token is changed.'),
    form(session => {
      dialog.close();
      dialog.remove();
      entered(session);
      frameMark();
      load();
    }),
  );
  document.body.append(dialog);
  dialog.showModal();
  app.say('Your session has ended.');
}

const frameMark = () =>
  top.querySelector(`nav a[href="${location.hash || '#/'}"]`)?.setAttribute('aria-current', 'page');

addEventListener('hashchange', show);
addEventListener('online', () => live?.again());
document.addEventListener('visibilitychange', () => document.hidden || load());
setInterval(() => {
  ages();
  chip();
}, 1000);
setInterval(() => document.hidden || document.querySelector('dialog[open]') || load(), EVERY_MS);
setInterval(look, 2 * EVERY_MS);

// Asked only where there may be one: a 401 is an error in the browser's log.
if (Date.parse(kept.get('until')) > Date.now()) {
  get('/console/session').then(
    session => {
      entered(session);
      show();
    },
    () => entrance(),
  );
} else {
  entrance();
}
