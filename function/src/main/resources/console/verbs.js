// What people can do to a rollout, and what comes of it. Pure.

import {share} from './format.js';
import {awaited, verdict} from './words.js';

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

/** What a verb does: in words, and as the canary's share afterwards. */
export function effect(verb, rollout) {
  const {canary, stable, model} = rollout;
  const part = share(rollout.share);
  const unproven = verdict(rollout.guards) !== 'safe';
  switch (verb) {
    case 'start':
      return {
        says: `${canary} is loaded, then gets ${share(rollout.plan?.steps?.[0]?.share)} of ${model}, and more as it is proven not worse.`,
        after: rollout.plan?.steps?.[0]?.share ?? rollout.share,
        needs: false,
      };
    case 'pause':
      return {
        says: `${canary} stays at ${part}. No further step until somebody resumes; harm still takes it back.`,
        after: rollout.share,
        needs: true,
      };
    case 'resume':
      return {says: `It goes on at ${part}, judged as before.`, after: rollout.share, needs: false};
    case 'promote':
      return {
        says:
          `${canary} becomes stable and answers all of ${model}. ${stable} gets nothing.` +
          (unproven && !awaited(rollout)
            ? ' Not everything is proven yet: the history will say that you did not wait for it.'
            : ''),
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
