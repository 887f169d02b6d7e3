// What stands over a rollout before anything else is read. Pure.

import {share} from './format.js';
import {calls, over} from './words.js';

/** What stands over everything else, as {kind, title, text}; the worst first. */
export function banners(rollout) {
  const found = [];
  const split = rollout.split ?? {};
  if (split.verdict === 'harmful' || rollout.cause?.code === 'sample_ratio_mismatch') {
    found.push({
      kind: 'bad',
      title: 'The traffic split is broken: the results cannot be trusted',
      text: `${share(split.expected)} was meant for ${rollout.canary}, and assignments do not follow it. This is a fault of the experiment, not of ${rollout.canary}: look for callers that retry, caches, or a proxy that chooses.`,
    });
  }
  if (rollout.state === 'rolled_back') {
    found.push({
      kind: 'bad',
      title: `${rollout.canary} was rolled back`,
      text: `Nothing has to be done now. Below is what was seen; a new rollout starts clean.`,
    });
  }
  if (rollout.state === 'failed' && rollout.cause?.code !== 'sample_ratio_mismatch') {
    found.push({
      kind: 'bad',
      title: `The rollout of ${rollout.canary} failed`,
      text: `${FAILED[rollout.cause?.code] ?? 'It could not be found out what it is like.'} Traffic is 100 % ${rollout.stable}.`,
    });
  }
  if (rollout.state === 'promoted') {
    found.push({
      kind: 'good',
      title: `${rollout.canary} was promoted`,
      text: `It is the stable version of ${rollout.model} now.`,
    });
  }
  const why = calls(rollout);
  if (why && !rollout.troubles?.length)
    found.push({kind: 'person', title: 'This waits for a person', text: `${why[0].toUpperCase()}${why.slice(1)}.`});
  for (const trouble of rollout.troubles ?? []) {
    found.push({
      kind: 'person',
      title: TROUBLES[trouble.kind] ?? trouble.kind,
      text: trouble.text,
      since: trouble.since,
    });
  }
  if (rollout.mode === 'observe' && !over(rollout)) {
    found.push({
      kind: 'note',
      title: 'It only observes',
      text: 'Guards judge and say what they would have done; only people move traffic.',
    });
  }
  if (rollout.plan?.auto_rollback === false && !over(rollout)) {
    found.push({
      kind: 'note',
      title: 'Automatic rollback is off',
      text: 'Harm is said, and a person has to act on it.',
    });
  }
  return found;
}

const TROUBLES = {
  canary_silent: 'The canary says nothing',
  actuator_refuses: 'The traffic could not be moved',
  evidence_unreadable: 'The numbers could not be read',
};

const FAILED = {
  load_failed: 'It could not be loaded: look at Models for why, mend the file, and start a new rollout.',
  start_deadline:
    'It was not ready in time: look at Models for why, and start a new rollout. A deployment says why in its own log; start it by scripts/release.',
  canary_silent: 'It got traffic and nothing was heard of it: look whether its instances are alive.',
  actuator_refuses: 'The traffic could not be moved: look at the log of the controller for what refused.',
  evidence_unreadable: 'Its numbers could not be read.',
};
