// What is wrong with the service or the way to it, over every page. Each notice has a name, and whoever knows
// of the matter sets it and takes it away.

import {badge, draw, h, since} from './dom.js';

const node = document.getElementById('notices');
const spoken = document.getElementById('spoken');
const shown = new Map();
let sentences = [];

/** Speaks to those who do not see the page; what is said at the same moment is said together. */
export function say(text) {
  if (!sentences.length)
    setTimeout(() => {
      spoken.textContent = sentences.join(' ');
      sentences = [];
    }, 100);
  sentences.push(text);
}

function show() {
  draw(node, [...shown.values()], all =>
    all.map(({title, text, at}) =>
      h(
        'div',
        {class: 'notice person', 'data-testid': 'notice'},
        badge('person', title),
        h('p', {}, text, at && [' Last seen ', since(at, ' ago'), '.']),
      ),
    ),
  );
}

/** @param found {title, text, at}: `at`, where it is known, is when all was well the last time */
export function notice(name, found) {
  if (shown.get(name)?.title !== found.title) say(`${found.title}. ${found.text}`);
  shown.set(name, found);
  show();
}

export const noticed = name => shown.has(name);

export function over(name) {
  const was = shown.get(name);
  if (!was) return;
  shown.delete(name);
  say(`No longer: ${was.title}.`);
  show();
}

/** Takes one away without a word, or all: it concerned what is not shown any more. */
export function forget(name) {
  if (name) shown.delete(name);
  else shown.clear();
  show();
}
