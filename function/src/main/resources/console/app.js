// The frame around the pages: who is logged in, which page is shown, and news as it comes.

import {Refusal, call, get} from './api.js';
import {create} from './create.js';
import {ages, h, kept} from './dom.js';
import {chip, frame, mark, unframe} from './frame.js';
import {decisions} from './history.js';
import {Live} from './live.js';
import {entrance, expired, isExpired} from './login.js';
import {models} from './models.js';
import {forget, notice, noticed, over, say} from './notices.js';
import {overview} from './overview.js';
import {rollout} from './rollout.js';
import {route} from './routes.js';
import {system} from './system.js';
import {NOBODY_JUDGES, STORE_AWAY, broken, refused, silence} from './troubles.js';

const PAGES = {rollout, create, models, history: decisions, system, overview};
const EVERY_MS = 5000;

const root = document.getElementById('page');

/** What pages know of the frame. */
const app = {
  role: '',
  get mayAct() {
    return app.role === 'admin';
  },
  say,
  reload: () => load(),
  failed,
};

/** The page that is shown: {page, leaving, isLoading, isAsked, loadedAt}. */
let current;
let live;
/** When the numbers of some page came last. */
let answeredAt = 0;

/** A page without numbers that says what is the matter and what to do. */
function tell(title, text, ...more) {
  leavePage();
  root.replaceChildren(
    h('section', {class: 'screen', 'data-testid': 'screen'}, h('h1', {}, title), h('p', {}, text), more),
  );
  document.title = `${title} · Sluice`;
}

const toOverview = () => h('a', {href: '#/'}, 'To the overview');

/** A fault of the console itself: it goes on with what still works. */
function broke(fault) {
  console.error(fault);
  notice('fault', broken(fault));
}

/** What went wrong on the way to the numbers: told on top of those that are there. */
function failed(refusal) {
  if (!app.role) return;
  if (!(refusal instanceof Refusal)) {
    broke(refusal);
    return;
  }
  const {kind} = refusal;
  if (refusal.status === 401 && kind !== 'foreign') end();
  else if (kind === 'admin-off')
    tell('The console is switched off', 'Start the service with ADMIN_TOKEN set, then reload this page.');
  else if (kind === 'not-found' && current && !current.loadedAt)
    tell(
      'Not found',
      `${refusal.message}. It may have been a draft that was deleted, or be in another store.`,
      h('p', {}, toOverview(), ' or ', h('a', {href: '#/history'}, 'the history')),
    );
  else if (kind === 'store-away') {
    // Whoever says so answers.
    over('service');
    notice('store', STORE_AWAY);
  } else notice('service', refused(refusal, current?.loadedAt));
}

/** Loads the page that is shown; asked meanwhile, it does so once more. */
async function load() {
  const mine = current;
  if (!app.role || !mine) return;
  mine.isAsked = true;
  if (mine.isLoading) return;
  mine.isLoading = true;
  try {
    while (mine.isAsked && mine === current) {
      mine.isAsked = false;
      await mine.page.load(mine.leaving.signal);
      if (mine !== current) return;
      mine.loadedAt = answeredAt = Date.now();
      over('service');
      tellStanding();
      if (noticed('store')) look();
    }
  } catch (refusal) {
    if (mine === current) failed(refusal);
  } finally {
    mine.isLoading = false;
  }
}

function leavePage() {
  current?.leaving.abort();
  current?.page.leave?.();
  current = undefined;
  forget('service');
  forget('fault');
}

function show() {
  if (!app.role) return;
  leavePage();
  mark();
  const found = route(location.hash);
  if (!found) {
    tell('Nothing is here', "This address is none of the console's.", h('p', {}, toOverview()));
    return;
  }
  try {
    const page = PAGES[found.name](app, found.about);
    current = {page, leaving: new AbortController()};
    root.replaceChildren(page.node);
    document.title = `${page.title} · Sluice`;
  } catch (fault) {
    root.replaceChildren();
    broke(fault);
  }
  window.scrollTo(0, 0);
  load();
}

/** Looks whether somebody judges, and whether there is a store. */
async function look() {
  const mine = live;
  if (!mine) return;
  let found;
  try {
    found = await get('/admin/system');
  } catch {
    // The page's own requests say what is wrong.
    return;
  }
  // Who has logged out meanwhile is told nothing.
  if (mine !== live) return;
  const {controller = {}, store = {}} = found;
  if (controller.away) notice('controller', {...NOBODY_JUDGES, at: controller.last_seen_at});
  else over('controller');
  if (store.up === false) notice('store', STORE_AWAY);
  else over('store');
}

/** Says how the news comes, and what that means for the numbers. */
function tellStanding() {
  if (!live) return;
  const found = chip(live, answeredAt);
  root.toggleAttribute('data-stale', found === 'stale');
  const told = silence(found, current?.loadedAt);
  if (told) notice('stream', told);
  else over('stream');
}

async function logOut() {
  try {
    await call('DELETE', '/console/session');
  } catch (refusal) {
    if (refusal.status !== 401) {
      failed(refusal);
      return;
    }
  }
  kept.set('until', '');
  live?.close();
  live = undefined;
  app.role = '';
  leavePage();
  forget();
  root.removeAttribute('data-stale');
  unframe();
  welcome();
}

/** A session begins, or goes on: the frame is shown, and news is heard. */
function enter(session) {
  app.role = session.role;
  kept.set('until', session.expires_at);
  live?.close();
  answeredAt = Date.now();
  live = new Live({
    event: event => current && current.page.hears?.(event) !== false && load(),
    opened: comesBack => {
      tellStanding();
      if (comesBack) load();
    },
    cut: tellStanding,
    refused: code => {
      if (code === 401) end();
      else if (code === 503) load();
    },
  });
  frame(session.role, logOut);
  look();
}

function welcome() {
  document.title = 'Log in · Sluice';
  root.replaceChildren(
    entrance(session => {
      enter(session);
      show();
      root.focus();
    }),
  );
  document.getElementById('token').focus();
}

/** The session is over: the page stays as it is, and goes on after a login. */
function end() {
  kept.set('until', '');
  if (!app.role || isExpired()) return;
  const before = app.role;
  // It would be refused again and again.
  live?.close();
  expired(session => {
    enter(session);
    // Another role has other buttons.
    if (session.role === before && current) load();
    else show();
  });
  say('Your session has ended.');
}

addEventListener('hashchange', show);
addEventListener('online', () => live?.again());
addEventListener('error', event => event.error && broke(event.error));
addEventListener('unhandledrejection', ({reason}) => (reason instanceof Refusal ? failed(reason) : broke(reason)));
document.addEventListener('visibilitychange', () => document.hidden || load());
setInterval(() => {
  ages();
  tellStanding();
}, 1000);
setInterval(() => document.hidden || isExpired() || load(), EVERY_MS);
setInterval(() => isExpired() || look(), 2 * EVERY_MS);

// Asked only where there may be one: a 401 is an error in the browser's log.
if (Date.parse(kept.get('until')) > Date.now()) {
  get('/console/session').then(session => {
    enter(session);
    show();
  }, welcome);
} else {
  welcome();
}
