export const history = () => ({title: 'History', node: document.createElement('div'), load: async () => {}});
export const models = history;
export const system = history;
