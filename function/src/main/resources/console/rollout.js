// One rollout: where it stands, what was seen, why, what comes next, and the buttons.

import {get} from './api.js';
import {banners} from './banners.js';
import {Board} from './board.js';
import {control} from './control.js';
import {badge, draw, h} from './dom.js';
import {figures} from './figures.js';
import {count} from './format.js';
import {arms, reasons} from './found.js';
import {joined} from './plot.js';
import {about, banner, decisions, headlineOf, nothing, planOf, stepsOf} from './stand.js';
import {VERBS} from './verbs.js';
import {VERDICTS, forecast, lead, next, over, parts, state} from './words.js';

const POINTS = 600;

export function rollout(app, id) {
  const path = `/admin/rollouts/${encodeURIComponent(id)}`;
  const part = (name, more = {}) => h('div', {'data-testid': name, ...more});
  const [headline, notes, controls, ahead, why, results, past, plan, tags] = [
    'headline',
    'banners',
    'controls',
    'next',
    'why',
    'results',
    'history',
    'plan',
    'about',
  ].map(name => part(name));
  const title = h('h1', {});
  const chosen = h('div', {class: 'choices', role: 'radiogroup', 'aria-label': 'Guard shown'});
  const plots = h('section', {class: 'plots', 'aria-label': 'Plots'});
  const node = h(
    'article',
    {'data-testid': 'rollout'},
    h('div', {class: 'head'}, title, controls),
    headline,
    notes,
    ahead,
    plots,
    why,
    results,
    past,
    plan,
    tags,
  );
  let board;
  let known = {points: [], events: []};
  let picked = '';
  let pickedByHand = false;
  let was;
  let now;

  async function load(signal) {
    const after = known.sequence === undefined || known.points.length > POINTS * 1.2 ? '' : `&after=${known.sequence}`;
    const [found, series] = await Promise.all([
      get(path, signal),
      get(`${path}/series?points=${POINTS}${after}`, signal),
    ]);
    // Whoever has left sees another page.
    if (signal.aborted) return;
    now = found;
    const fresh = series.points.map(point => ({...point, time: Date.parse(point.at)}));
    const added = series.events.filter(one => !known.events.some(other => other.sequence === one.sequence));
    known = {
      sequence: series.sequence ?? known.sequence,
      points: after ? joined(known.points, fresh) : fresh,
      // The same ones as before, where nothing is new: then nothing is drawn anew.
      events: !after ? series.events : added.length ? [...known.events, ...added] : known.events,
    };
    node.dataset.state = now.state;
    page.title = `${now.model}: ${state(now)[1]}`;
    document.title = `${page.title} · Sluice`;
    if (was && was !== now.state) app.say(`${lead(now)} ${parts(now.headline).head}.`);
    was = now.state;
    draw(title, [now.model, now.stable, now.canary, now.name], () => [
      `${now.model}: `,
      h('span', {class: 'stable'}, now.stable),
      ' → ',
      h('span', {class: 'canary'}, now.canary),
      now.name && h('small', {}, now.name),
    ]);
    draw(headline, [now.headline, now.state], () => headlineOf(now));
    draw(notes, banners(now), all => all.map(banner));
    draw(controls, [now.possible, app.role], buttons);
    draw(ahead, [next(now), forecast(now, Date.now()), now.share, now.plan.steps, now.state], () =>
      over(now) ? '' : stepsOf(now),
    );
    const before = picked;
    pick();
    draw(plots, [now.stable, now.canary, now.plan.guards, asked() || now.state], () => {
      board?.close();
      board = asked() ? new Board() : undefined;
      return board ? figures(board, now, () => picked, chosen) : nothing(now);
    });
    board?.set(known.points, known.events);
    if (picked !== before) board?.draw();
    // A window in which nobody was assigned says nothing of the split: what was seen of it stays.
    const split = (known.points.findLast(point => point.split.requests > 0) ?? known.points.at(-1))?.split;
    draw(why, [now.guards, now.split, split, now.next_share], () =>
      reasons(now, split, known.points.at(-1)?.share),
    );
    draw(results, now.results, () => now.results.observed_seconds > 0 && arms(now));
    draw(past, known.events, decisions);
    draw(plan, now.plan, planOf);
    draw(tags, [now.description, now.tags, now.created_by, now.created_at, now.id], () => about(now, replay));
  }

  async function replay(event) {
    const told = event.target.nextSibling;
    told.textContent = ' making every decision again …';
    const found = await get(`${path}/replay`).catch(refusal => ({refusal}));
    told.textContent = found.refusal
      ? ` ${found.refusal.message}`
      : found.identical
        ? ` ${count(found.entries)} entries: every decision comes out the same again.`
        : ` differs at revision ${found.difference?.revision}: recorded ${found.difference?.recorded}, recomputed ${found.difference?.recomputed}`;
  }

  function buttons() {
    if (!now.possible.length)
      return h(
        'a',
        {class: 'button', href: `#/new?${encodeURIComponent(now.model)}`, 'data-key': 'new'},
        'New rollout',
      );
    const shown = now.possible.map(verb =>
      h(
        'button',
        {
          type: 'button',
          class: verb === 'rollback' ? 'danger' : verb === 'promote' || verb === 'start' ? 'primary' : '',
          disabled: !app.mayAct,
          title: app.mayAct ? null : 'Viewers may look only',
          'data-key': verb,
          onclick: () => control(app, verb, () => now, path),
        },
        VERBS[verb],
      ),
    );
    return [
      ...shown,
      !app.mayAct &&
        h('p', {class: 'note', 'data-testid': 'viewer'}, 'You are a viewer. To act, log in with the admin token.'),
    ];
  }

  function pick() {
    const names = now.guards.map(guard => guard.name);
    if (!pickedByHand || !names.includes(picked)) {
      const worst =
        now.guards.find(guard => guard.verdict === 'harmful') ??
        now.guards.find(guard => (now.waits_for ?? []).includes(guard.name));
      picked = worst?.name ?? (names.includes(picked) ? picked : (names[0] ?? ''));
    }
    draw(chosen, [now.guards.map(guard => [guard.name, guard.next_verdict, guard.verdict]), picked], () =>
      now.guards.map(guard =>
        h(
          'label',
          {},
          h('input', {
            type: 'radio',
            name: 'guard',
            value: guard.name,
            checked: guard.name === picked,
            'data-key': guard.name,
            onchange: () => {
              picked = guard.name;
              pickedByHand = true;
              pick();
              board?.draw();
            },
          }),
          badge(VERDICTS[guard.verdict === 'harmful' ? 'harmful' : guard.next_verdict][0], guard.name),
        ),
      ),
    );
  }

  // Windows in which nobody called are none to look at.
  function asked() {
    return known.points.some(point => (point.stable?.requests ?? 0) + (point.canary?.requests ?? 0) > 0);
  }

  const page = {
    title: 'Rollout',
    node,
    load,
    hears: event => event.id === id || event.rollout === id,
    leave: () => board?.close(),
  };
  return page;
}
