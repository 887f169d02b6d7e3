// Builds nodes. Text is set as text: nothing here reads HTML.

import {moment, utc, duration} from './format.js';

const SVG = 'http://www.w3.org/2000/svg';

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'value') node.value = value;
    else if (name.startsWith('--')) node.style.setProperty(name, value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(3).filter(child => child !== undefined && child !== null && child !== false));
  return node;
}

/** An element with attributes (`onclick` is a listener, `--x` a custom property) and children. */
export const h = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);

export const s = (name, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, name), attributes, children);

const drawn = new WeakMap();

/**
 * Fills `node` anew only when `data` is other than last time, so that a selection stays. What has a `data-key`
 * keeps its focus, stays open, and stays scrolled, also when it is built anew.
 */
export function draw(node, data, build) {
  const text = JSON.stringify(data ?? null);
  if (drawn.get(node) === text) return;
  const before = [...node.querySelectorAll('[data-key]')]
    .map(one => ({
      key: one.dataset.key,
      isOpen: one.open === true,
      isFocused: one === document.activeElement,
      scrolled: [one.scrollLeft, one.scrollTop],
    }))
    .filter(one => one.isOpen || one.isFocused || one.scrolled.some(Boolean));
  node.replaceChildren(...[build(data)].flat(3).filter(Boolean));
  // Not before: what could not be built is tried again.
  drawn.set(node, text);
  for (const {key, isOpen, isFocused, scrolled} of before) {
    const now = node.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (isOpen && now) now.open = true;
    if (isFocused) now?.focus({preventScroll: true});
    now?.scrollTo(...scrolled);
  }
}

/** A moment in local time; its title has the UTC. */
export function time(iso) {
  const at = new Date(iso);
  return h('time', {datetime: iso, title: utc(at)}, moment(at, new Date()));
}

/** How long since, kept up to date by `age()`. */
export function since(iso, suffix = '') {
  const at = new Date(iso);
  const node = h('time', {datetime: iso, title: `since ${moment(at, new Date())}, ${utc(at)}`, 'data-since': suffix});
  age(node, Date.now());
  return node;
}

function age(node, now) {
  const text = duration((now - Date.parse(node.dateTime)) / 1000) + node.dataset.since;
  if (node.textContent !== text) node.textContent = text;
}

export const ages = () => document.querySelectorAll('time[data-since]').forEach(node => age(node, Date.now()));

const SHAPES = {
  safe: ['M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z', 'M4.6 8.2l2.4 2.4 4.4-5'],
  harmful: ['M5 1h6l4 4v6l-4 4H5l-4-4V5z', 'M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4'],
  undecided: ['M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z', 'M8 4.6v3.6l2.4 1.6'],
  no_data: ['M2.5 2.5h11v11h-11z', 'M5.2 8h5.6'],
  person: ['M8 1.2L15 14.5H1z', 'M8 6v4M8 12v.4'],
  moving: ['M1.5 1.5h13v13h-13z', 'M5.5 4.5l5 3.5-5 3.5'],
};

/** A word with its shape and colour: the shape says the same to those who see no colours. */
export const badge = (shape, word, more = {}) =>
  h(
    'span',
    {class: `badge ${shape}`, ...more},
    s(
      'svg',
      {viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true'},
      SHAPES[shape].map((d, at) => s('path', {d, class: at ? 'mark' : 'body'})),
    ),
    h('span', {}, word),
  );

/** A table that scrolls by itself where it is too wide. */
export function table(caption, head, rows) {
  // On a phone each row is a card, and its cells are named by these.
  for (const row of rows)
    [...row.children].forEach((cell, at) => (cell.dataset.label = head[at].n ?? head[at].textContent ?? head[at]));
  return h(
    'div',
    {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption, 'data-key': `table ${caption}`},
    h(
      'table',
      {},
      h('caption', {class: 'unseen'}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map(cell => h('th', {scope: 'col', class: cell.n && 'n'}, cell.n ?? cell)),
        ),
      ),
      h('tbody', {}, rows),
    ),
  );
}

/** Hands a text over as a file. */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}));
  h('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Copies a text; without a secure origin browsers only have the old way. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = h('textarea', {value: text, class: 'unseen'});
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

/** Keeps something small in this browser; where it may keep nothing, nothing is kept. */
export const kept = {
  get(name) {
    try {
      return localStorage.getItem(`sluice.${name}`) ?? '';
    } catch {
      return '';
    }
  },
  set(name, value) {
    try {
      if (value) localStorage.setItem(`sluice.${name}`, value);
      else localStorage.removeItem(`sluice.${name}`);
    } catch {
      // Then it is asked for again next time.
    }
  },
};
