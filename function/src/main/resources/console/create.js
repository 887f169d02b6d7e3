export function create() { return {title: 'New rollout', node: document.createElement('div'), load: async () => {}}; }
