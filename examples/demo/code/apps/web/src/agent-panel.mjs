/**
 * Shows an agent's state as long as the panel is open.
 * @param {EventTarget} agent
 * @param {(state: string) => void} show
 * @returns {{ close: () => void }}
 */
export function openPanel(agent, show) {
  agent.addEventListener('state', (event) => show(event.state));
  return {
    close() {
      agent.removeEventListener('state', (event) => show(event.state));
    },
  };
}
