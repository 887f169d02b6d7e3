// The dialog in front of every change: what it does, the weights before and after, and why.

import {Refusal, call, key, post} from './api.js';
import {badge, draw, h} from './dom.js';
import {share} from './format.js';
import {VERBS, effect} from './verbs.js';
import {lead} from './words.js';

/** @param now the rollout as it is known at the moment: it may move while the dialog is open */
export function control(app, verb, now, path) {
  const once = key();
  const {needs} = effect(verb, now());
  const says = h('div', {});
  const fault = h('div', {class: 'fault', role: 'alert'});
  const reason = h('textarea', {id: 'reason', rows: 2, maxlength: '500', required: needs, autofocus: true});
  const go = h(
    'button',
    {
      class: verb === 'rollback' || verb === 'stop' || verb === 'delete' ? 'danger' : 'primary',
      'data-testid': 'confirm',
    },
    VERBS[verb],
  );
  const dialog = h(
    'dialog',
    {
      'aria-labelledby': 'control',
      'data-testid': 'control',
      onclose: () => {
        clearInterval(timer);
        dialog.remove();
      },
    },
    h('h2', {id: 'control'}, `${VERBS[verb]}: ${now().model}, ${now().canary}`),
    says,
    h(
      'form',
      {onsubmit: send},
      verb !== 'delete' && [
        h(
          'label',
          {for: 'reason'},
          'Reason ',
          h('span', {class: 'note'}, needs ? '(for the history)' : '(may be left out)'),
        ),
        reason,
      ],
      fault,
      h('div', {class: 'buttons'}, h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'), go),
    ),
  );

  function show() {
    const {says: text, after} = effect(verb, now());
    const {stable, canary, share: before, possible} = now();
    go.disabled ||= !possible.length;
    draw(says, [text, before, after, possible], () => [
      h('p', {}, text),
      h(
        'table',
        {class: 'weights'},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Weights', 'before', 'after'].map(name => h('th', {scope: 'col'}, name)),
          ),
        ),
        h(
          'tbody',
          {},
          [
            [stable, 100 - before, 100 - after, 'stable'],
            [canary, before, after, 'canary'],
          ].map(([name, from, to, as]) =>
            h(
              'tr',
              {},
              h('th', {scope: 'row', class: as}, name),
              h('td', {class: 'n'}, share(from)),
              h('td', {class: 'n'}, h('strong', {}, share(to))),
            ),
          ),
        ),
      ),
      !possible.includes(verb) && h('p', {class: 'fault'}, badge('person', `It has moved meanwhile: ${lead(now())}`)),
    ]);
  }

  async function send(event) {
    event.preventDefault();
    if (needs && !reason.value.trim()) {
      fault.replaceChildren('Say why: whoever reads the history will want to know.');
      return reason.focus();
    }
    go.disabled = true;
    fault.replaceChildren();
    try {
      if (verb === 'delete') await call('DELETE', path, {once});
      else await post(`${path}/${verb}`, reason.value.trim() ? {reason: reason.value.trim()} : {}, once);
      dialog.close();
      if (verb === 'delete') location.hash = '#/';
      else app.reload();
    } catch (refusal) {
      go.disabled = false;
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 401) return app.failed(refusal);
      const possible = refusal.problem?.possible;
      go.disabled = possible?.length === 0;
      fault.replaceChildren(
        h(
          'p',
          {},
          refusal.status === 0
            ? 'The service does not answer. It may have been done: sending it again does it once only.'
            : `${refusal.message}.`,
        ),
        possible
          ? h(
              'p',
              {},
              possible.length
                ? [
                    'Possible now: ',
                    possible
                      .filter(other => other !== verb)
                      .map(other =>
                        h(
                          'button',
                          {
                            type: 'button',
                            class: 'small',
                            onclick: () => {
                              dialog.close();
                              control(app, other, now, path);
                            },
                          },
                          VERBS[other] ?? other,
                        ),
                      ),
                  ]
                : 'Nothing can be done to it any more.',
            )
          : '',
      );
      app.reload();
    }
  }

  const timer = setInterval(show, 1000);
  show();
  document.body.append(dialog);
  dialog.showModal();
}
