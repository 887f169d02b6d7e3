// Parts of the page of a rollout: where it stands, what comes next, what was decided.

import {badge, h, since, time} from './dom.js';
import {share} from './format.js';
import {line} from './found.js';
import {forecast, lead, next, over, parts, state} from './words.js';

/** Where it stands, in a sentence, and what its guards found. */
export function headlineOf(now) {
  const {head, found} = parts(now.headline);
  return [
    h('p', {class: 'lead'}, badge(...state(now)), h('strong', {}, lead(now))),
    h('p', {class: 'headline'}, head, found.length === 1 && `: ${found[0]}`),
    found.length > 1 &&
      h(
        'ul',
        {},
        found.map(one => h('li', {}, one)),
      ),
  ];
}

/** What stands over everything else. */
export const banner = one =>
  h(
    'div',
    {class: `notice ${one.kind}`, 'data-testid': 'banner'},
    badge({bad: 'harmful', good: 'safe', note: 'no_data'}[one.kind] ?? 'person', one.title),
    h('p', {}, one.text, one.since && [' (for ', since(one.since), ')']),
  );

/** The steps, and what it takes to go on. */
export function stepsOf(now) {
  const all = [...now.plan.steps.map(step => step.share), 100];
  const at = now.state === 'promoted' ? 100 : now.share;
  return h(
    'div',
    {class: 'card ahead'},
    h(
      'ol',
      {class: 'track', 'aria-label': 'Steps'},
      all.map(step => h('li', {class: at >= step ? 'done' : '', 'aria-current': at === step && 'step'}, share(step))),
    ),
    h('p', {}, h('strong', {}, 'Next: '), next(now)),
    h('p', {class: 'note', 'data-testid': 'forecast'}, forecast(now, Date.now())),
  );
}

/** In place of plots, where there is nothing to draw. */
export function nothing(now) {
  return h(
    'p',
    {class: 'empty', 'data-testid': 'no-data'},
    badge(
      'no_data',
      over(now)
        ? 'It ended before anything was measured.'
        : now.state === 'draft'
          ? 'A draft has no data. Start it.'
          : `No data yet, which is not health: a window takes ${now.plan.window_seconds} s, and both versions have to be asked. If this stays, look whether requests for ${now.model} arrive here.`,
    ),
  );
}

/** The history, newest first. */
export function decisions(events) {
  return [
    h('h2', {}, 'History'),
    h(
      'ol',
      {class: 'history'},
      [...events].reverse().map(event => line(event)),
    ),
  ];
}

export const planOf = plan =>
  h(
    'details',
    {class: 'card', 'data-key': 'plan details'},
    h('summary', {'data-key': 'plan'}, 'Plan'),
    h('pre', {tabindex: '0', 'data-key': 'plan text'}, JSON.stringify(plan, null, 2)),
  );

/** Who made it, and what for; `replay` makes its decisions again. */
export const about = (now, replay) =>
  h(
    'p',
    {class: 'note'},
    now.description && `${now.description} · `,
    now.tags.map(tag => [
      h('a', {href: `#/history?tag=${encodeURIComponent(tag)}`, 'data-key': `tag ${tag}`}, tag),
      ' · ',
    ]),
    `by ${now.created_by}, `,
    time(now.created_at),
    ` · ${now.id} · `,
    h('button', {type: 'button', class: 'small', onclick: replay, 'data-key': 'replay'}, 'Check the record'),
    h('span', {role: 'status', 'data-testid': 'replay'}),
  );
