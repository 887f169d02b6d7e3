// What people can do to a rollout, and what comes of it. Pure.

import {share} from './format.js';
import {harm, proven} from './words.js';

/** A button's word. */
export const VERBS = {
  start: 'Start',
  pause: 'Pause',
  resume: 'Resume',
  promote: 'Promote now',
  rollback: 'Roll back',
  stop: 'End',
  delete: 'Delete draft',
};

/** What follows the first share. */
function more({mode, plan}) {
  if (mode === 'observe') return ', and no more: it only observes';
  return plan?.pace === 'time' ? ', and more by the clock' : ', and more as it is proven not worse';
}

/** What a verb does: in words, and as the canary's share afterwards. */
export function effect(verb, rollout) {
  const {canary, stable, model} = rollout;
  const part = share(rollout.share);
  switch (verb) {
    case 'start':
      return {
        says: `${canary} is loaded, then gets ${share(rollout.plan?.steps?.[0]?.share)} of ${model}${more(rollout)}.`,
        after: rollout.plan?.steps?.[0]?.share ?? rollout.share,
        needs: false,
      };
    case 'pause':
      return {
        says: `${canary} stays at ${part}. No further step until somebody resumes.${harm(rollout, 'it')}`,
        after: rollout.share,
        needs: true,
      };
    case 'resume':
      return {says: `It goes on at ${part}, judged as before.`, after: rollout.share, needs: false};
    case 'promote':
      return {
        says:
          `${canary} becomes stable and answers all of ${model}. ${stable} gets nothing.` +
          (proven(rollout.guards)
            ? ''
            : ' It is not proven for all of the traffic: the history will say that you did not wait for it.'),
        after: 100,
        needs: true,
      };
    case 'rollback':
      return {
        says: `All traffic goes back to ${stable}; ${part} of it switches. ${canary} gets nothing.`,
        after: 0,
        needs: true,
      };
    case 'stop':
      return {
        says: `It ends with the results it has. All traffic goes to ${stable}; nothing is said about ${canary}.`,
        after: 0,
        needs: true,
      };
    case 'delete':
      return {
        says: 'The draft is forgotten. Nothing was started, so nothing changes for callers.',
        after: 0,
        needs: false,
      };
    default:
      return {says: '', after: rollout.share, needs: true};
  }
}
