/** What a server needs before the first run: retention long enough to look back, and our search attributes. Idempotent. */
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../../contracts/names.ts';

/** The dev server keeps closed workflows for a day by default; people come back after a weekend. */
const retentionSeconds = 30 * 24 * 3600;

/** `INDEXED_VALUE_TYPE_KEYWORD` of the server's API. */
const indexedValueTypes = { Keyword: 2 } as const;

const deadlineMs = 10_000;

export async function prepareServer(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  try {
    await connection.withDeadline(Date.now() + deadlineMs, async () => {
      await connection.workflowService.updateNamespace({
        namespace,
        config: {
          workflowExecutionRetentionTtl: {
            seconds: retentionSeconds as never,
          } /* Long at the wire; a number is accepted */,
        },
      });
      await addSearchAttributes(connection, namespace);
    });
  } finally {
    await connection.close();
  }
}

/** Adds those that are missing; those that are there stay. */
export async function addSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, indexedValueTypes[type]])),
  });
}
