/**
 * Claims the oldest free job for an agent. The store reads and writes asynchronously, so two agents can meet here;
 * `store.replace(id, from, to)` writes only when the job still is `from`, and says whether it did.
 * @param {{ free: () => Promise<object[]>, put: Function, replace: Function }} store
 * @param {string} agent
 * @returns {Promise<object | undefined>}
 */
export async function claimJob(store, agent) {
  for (const job of await store.free()) {
    const claimed = { ...job, state: 'claimed', agent };
    await store.put(job.id, claimed);
    return claimed;
  }
  return undefined;
}
