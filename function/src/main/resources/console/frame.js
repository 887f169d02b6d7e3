// The head over every page: where one is, who one is, and how news comes.

import {h, kept} from './dom.js';
import {duration} from './format.js';
import {standing} from './live.js';
import {say} from './notices.js';
import {place} from './routes.js';

const NAV = {
  '#/': 'Overview',
  '#/new': 'New rollout',
  '#/models': 'Models',
  '#/history': 'History',
  '#/system': 'System',
};

const header = document.getElementById('top');

/** Marks where in the frame the page is. */
export function mark() {
  for (const link of header.querySelectorAll('nav a')) {
    if (link.hash === place(location.hash)) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

const TOLD = {
  live: 'Decisions appear as they are made.',
  reconnecting: 'News does not arrive; it is tried again by itself.',
  polling: 'News does not arrive; numbers are asked for every 5 s.',
  stale: 'Nothing arrives; it is tried again by itself.',
};

/**
 * Says how the news comes, and since when it does not.
 *
 * @returns what it says: "live", "reconnecting", "polling" or "stale"
 */
export function chip(live, answeredAt) {
  const node = header.querySelector('[data-live]');
  const now = Date.now();
  const found = standing(live.isOpen, live.heardAt, answeredAt, now);
  const before = node.dataset.live;
  if (before !== found) {
    if (found === 'live' && before) say('Live again.');
    if (found === 'reconnecting' && before === 'live') say('The stream of news is cut off; reconnecting.');
    node.dataset.live = found;
    node.title = TOLD[found];
  }
  const silent = duration((now - Math.max(live.heardAt, answeredAt)) / 1000);
  node.textContent = found === 'stale' ? `stale ${silent}` : found;
  return found;
}

/** Shows it, to somebody of a role. */
export function frame(role, logOut) {
  header.replaceChildren(
    h(
      'a',
      {class: 'brand', href: '#/'},
      h('img', {src: '/console/icon.svg', alt: '', width: 22, height: 22}),
      'Sluice',
    ),
    h(
      'nav',
      {'aria-label': 'Pages'},
      Object.entries(NAV).map(([href, label]) => h('a', {href}, label)),
    ),
    h('span', {class: 'chip', 'data-live': '', title: ''}, 'connecting'),
    h('span', {class: 'who', 'data-testid': 'who'}, kept.get('actor') ? `${kept.get('actor')} (${role})` : role),
    h('button', {type: 'button', class: 'small', onclick: logOut}, 'Log out'),
  );
  mark();
}

/** Nobody is here any more. */
export const unframe = () => header.replaceChildren();
