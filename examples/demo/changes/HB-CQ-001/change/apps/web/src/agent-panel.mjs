/**
 * Shows an agent's state as long as the panel is open.
 * @param {EventTarget} agent
 * @param {(state: string) => void} show
 * @returns {{ close: () => void }}
 */
export function openPanel(agent, show) {
  const onState = (event) => show(event.state);
  agent.addEventListener('state', onState);
  return {
    close() {
      agent.removeEventListener('state', onState);
    },
  };
}
