// One rollout: where it stands, what was seen, why, what comes next, and the buttons.

import {get} from './api.js';
import {Board} from './chart.js';
import {control} from './control.js';
import {badge, copy, download, draw, h, since, table, time} from './dom.js';
import {MISSING, count, ms, number, percent, rate, share} from './format.js';
import {joined} from './plot.js';
import {VERBS, VERDICTS, banners, forecast, lead, margin, metric, next, over, parts, setback, state, unit, value} from './words.js';

const POINTS = 600;

const arm = (name, of) => ({name: `${name}-${of.name}`, as: `${name} ${of.as ?? ''}`, of: point => of.of(point[name] ?? {}, point)});
const both = (stable, canary, of) => [
  {...arm('stable', of), label: of.short ?? stable, full: `${stable} ${of.name}`},
  {...arm('canary', of), label: of.short ?? canary, full: `${canary} ${of.name}`}];

export function rollout(app, id) {
  const path = `/admin/rollouts/${encodeURIComponent(id)}`;
  const part = (name, more = {}) => h('div', {'data-testid': name, ...more});
  const [headline, notes, controls, ahead, why, results, past, plan, tags] =
    ['headline', 'banners', 'controls', 'next', 'why', 'results', 'history', 'plan', 'about'].map(name => part(name));
  const title = h('h1', {});
  const chosen = h('div', {class: 'choices', role: 'radiogroup', 'aria-label': 'Guard shown'});
  const plots = h('section', {class: 'plots', 'aria-label': 'Plots'});
  const node = h('article', {'data-testid': 'rollout'}, h('div', {class: 'head'}, title, controls), headline, notes, ahead,
    plots, why, results, past, plan, tags);
  let board;
  let known = {points: [], events: []};
  let picked = '';
  let pickedByHand = false;
  let was;
  let now;

  async function load() {
    const after = known.sequence === undefined || known.points.length > POINTS * 1.2 ? '' : `&after=${known.sequence}`;
    const [found, series] = await Promise.all([get(path), get(`${path}/series?points=${POINTS}${after}`)]);
    now = found;
    const fresh = series.points.map(point => ({...point, time: Date.parse(point.at)}));
    known = {
      sequence: series.sequence ?? known.sequence,
      points: after ? joined(known.points, fresh) : fresh,
      events: after ? [...known.events, ...series.events.filter(one => !known.events.some(other => other.sequence === one.sequence))] : series.events,
    };
    node.dataset.state = now.state;
    page.title = `${now.model}: ${state(now)[1]}`;
    document.title = `${page.title} · Sluice`;
    if (was && was !== now.state) app.say(`${lead(now)} ${parts(now.headline).head}.`);
    was = now.state;
    draw(title, [now.model, now.stable, now.canary, now.name], () => [`${now.model}: `, h('span', {class: 'stable'}, now.stable), ' → ', h('span', {class: 'canary'}, now.canary), now.name && h('small', {}, now.name)]);
    draw(headline, [now.headline, now.state], () => {
      const {head, found: said} = parts(now.headline);
      return [h('p', {class: 'lead'}, badge(...state(now)), h('strong', {}, lead(now))),
        h('p', {class: 'headline'}, head, said.length === 1 && `: ${said[0]}`), said.length > 1 && h('ul', {}, said.map(one => h('li', {}, one)))];
    });
    draw(notes, banners(now), found => found.map(one => h('div', {class: `notice ${one.kind}`, 'data-testid': 'banner'},
      badge({bad: 'harmful', good: 'safe', note: 'no_data'}[one.kind] ?? 'person', one.title), h('p', {}, one.text, one.since && [' (for ', since(one.since), ')']))));
    draw(controls, [now.possible, app.role], buttons);
    draw(ahead, [next(now), forecast(now, Date.now()), now.share, now.plan.steps, now.state], () => over(now) ? '' : steps());
    pick();
    draw(plots, [now.stable, now.canary, now.plan.guards, known.points.length > 0], () => known.points.length ? figures() : nothing());
    board?.set(known.points, known.events);
    draw(why, [now.guards, now.split, known.points.at(-1)?.split], reasons);
    draw(results, now.results, found => found.observed_seconds > 0 && arms(found));
    draw(past, known.events, lines);
    draw(plan, now.plan, found => h('details', {class: 'card'}, h('summary', {}, 'Plan'), h('pre', {tabindex: '0'}, JSON.stringify(found, null, 2))));
    draw(tags, [now.description, now.tags, now.created_by, now.created_at, now.id], () => h('p', {class: 'note'}, now.description && `${now.description} · `,
      now.tags.map(tag => [h('a', {href: `#/history?tag=${encodeURIComponent(tag)}`}, tag), ' · ']), `by ${now.created_by}, `, time(now.created_at), ` · ${now.id} · `,
      h('button', {type: 'button', class: 'small', onclick: replay}, 'Check the record'), h('span', {role: 'status', 'data-testid': 'replay'})));
  }

  async function replay(event) {
    const told = event.target.nextSibling;
    told.textContent = ' making every decision again …';
    const found = await get(`${path}/replay`).catch(refusal => ({refusal}));
    told.textContent = found.refusal ? ` ${found.refusal.message}` : found.identical
      ? ` ${count(found.entries)} entries: every decision comes out the same again.`
      : ` differs at revision ${found.difference?.revision}: recorded ${found.difference?.recorded}, recomputed ${found.difference?.recomputed}`;
  }

  function buttons() {
    if (!now.possible.length) return h('a', {class: 'button', href: `#/new?${now.model}`}, 'New rollout');
    const shown = now.possible.map(verb => h('button', {type: 'button', class: verb === 'rollback' ? 'danger' : verb === 'promote' || verb === 'start' ? 'primary' : '',
      disabled: !app.mayAct, title: app.mayAct ? null : 'Viewers may look only', 'data-key': verb, onclick: () => control(app, verb, () => now, path)}, VERBS[verb]));
    return [...shown, !app.mayAct && h('p', {class: 'note', 'data-testid': 'viewer'}, 'You are a viewer. To act, log in with the admin token.')];
  }

  function steps() {
    const all = [...now.plan.steps.map(step => step.share), 100];
    const at = now.state === 'promoted' ? 100 : now.share;
    return h('div', {class: 'card ahead'},
      h('ol', {class: 'track', 'aria-label': 'Steps'}, all.map(step => h('li', {class: at >= step ? 'done' : '', 'aria-current': at === step && 'step'}, share(step)))),
      h('p', {}, h('strong', {}, 'Next: '), next(now)), h('p', {class: 'note', 'data-testid': 'forecast'}, forecast(now, Date.now())));
  }

  function pick() {
    const names = now.guards.map(guard => guard.name);
    if (!pickedByHand || !names.includes(picked)) {
      const worst = now.guards.find(guard => guard.verdict === 'harmful') ?? now.guards.find(guard => (now.waits_for ?? []).includes(guard.name));
      picked = worst?.name ?? (names.includes(picked) ? picked : names[0] ?? '');
    }
    draw(chosen, [now.guards.map(guard => [guard.name, guard.next_verdict, guard.verdict]), picked], () => now.guards.map(guard => h('label', {},
      h('input', {type: 'radio', name: 'guard', value: guard.name, checked: guard.name === picked, 'data-key': guard.name, onchange: () => {
        picked = guard.name;
        pickedByHand = true;
        pick();
        board.draw();
      }}), badge(VERDICTS[guard.verdict === 'harmful' ? 'harmful' : guard.next_verdict][0], guard.name))));
  }

  function figures() {
    board = new Board();
    const {stable, canary} = now;
    const guard = of => point => {
      const found = point.guards?.find(one => one.name === picked);
      return found && of(found);
    };
    const rule = () => now.plan.guards.find(one => one.name === picked) ?? {};
    const is = () => unit(rule(), known.points.at(-1)?.guards?.find(one => one.name === picked)?.value_is);
    const evidence = x => number(x, 2);
    const total = point => (point.stable?.requests ?? 0) + (point.canary?.requests ?? 0);
    return [
      h('div', {class: 'head'}, h('h2', {}, 'What was seen'), board.reset, board.readout),
      board.figure({id: 'share', title: 'Share of traffic', panels: [{label: 'share', least: 0, most: 100, height: 130, marks: true, format: share, lines: [
        {name: 'stable', label: stable, as: 'stable', course: x => 100 - x, of: point => 100 - point.share},
        {name: 'canary', label: canary, as: 'canary', course: x => x, of: point => point.share}]}]}),
      h('div', {class: 'wide'}, chosen),
      board.figure({id: 'effect', title: 'Effect, with the band that always holds', note: 'A band wholly beyond the limit is a decision.', panels: [{
        get key() { return picked; },
        get label() { return {ratio: 'canary / stable', rate: 'canary'}[is()] ?? 'canary − stable'; },
        get kind() { return is() === 'ratio' ? 'log' : 'linear'; },
        get least() { return is() === 'ratio' ? 0.9 : 0; },
        get most() { return is() === 'ratio' ? 1.1 : undefined; },
        height: 180, format: x => value(is(), x, rule()),
        band: {name: 'band', lower: guard(found => found.lower), upper: guard(found => found.upper)},
        lines: [
          {name: 'value', label: 'estimate', as: 'canary solid', of: guard(found => found.value)},
          {name: 'lower', label: 'band', full: 'band from', as: 'edge', of: guard(found => found.lower)},
          {name: 'upper', label: 'to', full: 'band to', as: '', of: guard(found => found.upper)},
          {name: 'limit', label: 'limit', as: 'limit', rule: true, of: guard(found => found.limit)},
          {name: 'one', label: '', full: 'equal', as: 'one', rule: true, of: () => ({ratio: 1, difference: 0}[is()])}]}]}),
      board.figure({id: 'evidence', title: 'Evidence', note: 'A line above its dashed threshold is proof.', panels: [{
        get key() { return picked; },
        label: 'log10 of the odds', least: 0, most: 2, height: 180, format: evidence, lines: [
          {name: 'harm', label: 'harm', as: 'harm', of: guard(found => found.harm)},
          {name: 'harm-threshold', label: 'needs', full: 'harm needs', as: 'harm limit', rule: true, of: guard(found => found.harm_threshold)},
          {name: 'safe', label: 'not worse', as: 'safe', of: guard(found => found.safe)},
          {name: 'safe-threshold', label: 'needs', full: 'not worse needs', as: 'safe limit', rule: true, of: guard(found => found.safe_threshold)}]}]}),
      board.figure({id: 'service', title: 'Errors and latency', panels: [
        {label: 'error rate', least: 0, most: 0.01, format: percent, lines: both(stable, canary, {name: 'errors', of: seen => seen.requests > 0 ? seen.errors / seen.requests : undefined})},
        {label: 'ms', kind: 'log', least: 1, most: 2, format: x => number(x, 2), lines: [
          ...['p50', 'p95', 'p99'].flatMap(name => both(`${stable} ${name}`, `${canary} ${name}`, {name, as: name, of: seen => seen[`${name}_ms`]}))]}]}),
      board.figure({id: 'split', title: 'Traffic and split', panels: [
        {label: 'requests a second', least: 0, most: 1, format: x => number(x, 2), lines: [
          ...both(stable, canary, {name: 'requests', of: (seen, point) => seen.requests / point.seconds}),
          {name: 'expected', label: `${canary} expected`, as: 'limit', of: point => total(point) * point.share / 100 / point.seconds}]},
        {label: 'evidence against the split', least: 0, most: 2, format: evidence, lines: [
          {name: 'split', label: 'mismatch', as: 'harm', of: point => point.split?.evidence_log10},
          {name: 'split-threshold', label: 'needs', as: 'harm limit', rule: true, of: point => point.split?.threshold_log10}]}]}),
    ];
  }

  function reasons() {
    const meter = (name, found, of) => h('span', {class: 'line meter', '--part': `${Math.max(0, Math.min(100, 100 * found / of))}%`}, `${name} ${number(found, 2)} of ${number(of, 2)}`);
    const rows = now.guards.map(guard => {
      const goal = guard.safe.shares.find(one => one.share === now.next_share) ?? guard.safe.shares.at(-1) ?? {};
      const {lower, upper} = guard.interval ?? {};
      const of = x => value(unit(guard.rule, guard.value_is), x, guard.rule);
      return h('tr', {'data-testid': `guard-${guard.name}`},
        h('th', {scope: 'row'}, guard.name, h('p', {class: 'note'}, `${metric(guard.rule)}: ${margin(guard.rule)}`)),
        h('td', {}, badge(...VERDICTS[guard.verdict === 'harmful' ? 'harmful' : guard.next_verdict])),
        h('td', {class: 'n'}, of(guard.value)),
        h('td', {class: 'n'}, lower === undefined ? upper === undefined ? MISSING : `≤ ${of(upper)}` : upper === undefined ? `≥ ${of(lower)}` : `${of(lower)} to ${of(upper)}`),
        h('td', {}, goal.limit ?? MISSING, h('span', {class: 'note'}, ` for ${share(goal.share)}`)),
        h('td', {class: 'n'}, [[now.stable, guard.stable], [now.canary, guard.canary]].map(([name, one]) => h('span', {class: 'line'}, h('span', {class: 'note'}, `${name} `), count(one?.n)))),
        h('td', {}, meter('harm', guard.harm.evidence_log10, guard.harm.threshold_log10), meter('not worse', goal.evidence_log10, goal.threshold_log10)),
        h('td', {class: 'says'}, guard.sentence));
    });
    const seen = known.points.at(-1)?.split ?? {};
    const split = over(now) && seen.expected !== undefined ? {...now.split, ...seen} : now.split ?? {};
    rows.push(h('tr', {'data-testid': 'guard-split'}, h('th', {scope: 'row'}, 'split', h('p', {class: 'note'}, 'assignments follow the share')),
      h('td', {}, split.verdict === 'harmful' ? badge('harmful', 'broken') : badge(...VERDICTS[split.verdict] ?? VERDICTS.no_data)),
      h('td', {class: 'n'}, share(seen.observed)), h('td', {class: 'n'}, MISSING), h('td', {}, `${share(split.expected)} expected`), h('td', {class: 'n'}, count(seen.requests)),
      h('td', {}, seen.threshold_log10 ? meter('mismatch', split.evidence_log10, seen.threshold_log10) : number(split.evidence_log10, 2)), h('td', {})));
    return [h('h2', {}, 'Why'), table('Why: what each guard found', ['Guard', 'Verdict', {n: 'Value'}, {n: 'Band'}, 'Limit', {n: 'n'}, 'Evidence', 'In words'], rows)];
  }

  function nothing() {
    return h('p', {class: 'empty', 'data-testid': 'no-data'}, badge('no_data', over(now) ? 'It ended before anything was measured.' : now.state === 'draft' ? 'A draft has no data. Start it.'
      : `No data yet, which is not health: a window takes ${now.plan.window_seconds} s, and both versions have to be asked. If this stays, look whether requests for ${now.model} arrive here.`));
  }

  function arms({stable, canary}) {
    const scores = [...new Set([stable, canary].flatMap(one => Object.keys(one.scores ?? {})))];
    const cells = {Requests: one => count(one.n), Rate: one => rate(one.requests_per_second), Errors: one => count(one.errors), 'Error rate': one => one.n > 0 ? percent(one.errors / one.n) : MISSING,
      Mean: one => ms(one.mean_ms), p50: one => ms(one.p50_ms), p95: one => ms(one.p95_ms), p99: one => ms(one.p99_ms),
      ...Object.fromEntries(scores.map(name => [`Mean ${name}`, one => number(one.scores?.[name]?.mean)]))};
    return [h('h2', {}, 'Results'), table('Results by version', ['Version', ...Object.keys(cells).map(n => ({n}))], [['stable', now.stable, stable], ['canary', now.canary, canary]].map(([as, name, found]) =>
      h('tr', {}, h('th', {scope: 'row', class: as}, name, h('span', {class: 'note'}, ` ${as}`)), Object.values(cells).map(of => h('td', {class: 'n'}, of(found))))))];
  }

  function lines(events) {
    return [h('h2', {}, 'History'), h('ol', {class: 'history'}, [...events].reverse().map(event => line(event)))];
  }

  const page = {title: 'Rollout', node, load, hears: event => event.id === id || event.rollout === id, leave: () => board?.watch.disconnect()};
  return page;
}

/** A decision, as it is shown in every history. */
export function line(event, link) {
  const button = h('button', {type: 'button', class: 'small', onclick: () => copy(JSON.stringify(event, null, 2)).then(() => {
    button.textContent = 'Copied';
  }, () => download(`decision-${event.sequence}.json`, 'application/json', JSON.stringify(event, null, 2)))}, 'Copy as JSON');
  return h('li', {class: setback(event) ? 'back' : '', 'data-testid': `event-${event.to}`},
    h('p', {}, time(event.at), link, badge(...state({state: event.to, ended_at: event.at})), h('strong', {}, event.actor), event.share_from !== event.share_to && ` · ${share(event.share_from)} → ${share(event.share_to)}`,
      event.reason && event.reason !== event.actor && h('q', {}, event.reason), button),
    h('p', {class: 'says'}, event.sentence));
}
