/** A TCP proxy that cuts connections where a test wants: after so many bytes from the client, or from the server. */
import { createServer, connect, type Socket } from 'node:net';

export interface Cut {
  /** Counted from the start of the connection. */
  readonly afterBytes: number;
  readonly from: 'client' | 'server';
}

export interface TcpProxy {
  readonly port: number;
  /** Of the following connections, in order, instead of what was planned before; undefined lets one pass whole. */
  plan(...cuts: readonly (Cut | undefined)[]): void;
  readonly cut: number;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const planned: (Cut | undefined)[] = [];
  const sockets = new Set<Socket>();
  let done = 0;
  const server = createServer((client) => {
    const cut = planned.shift();
    const remote = connect(target, '127.0.0.1');
    for (const socket of [client, remote]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // The other side is told by the close.
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        remote.destroy();
      });
    }
    forward(client, remote, cut?.from === 'client' ? cut.afterBytes : Infinity, () => (done += 1));
    forward(remote, client, cut?.from === 'server' ? cut.afterBytes : Infinity, () => (done += 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    plan: (...cuts) => void planned.splice(0, planned.length, ...cuts),
    get cut() {
      return done;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

/** Passes bytes on; at the limit it sends what is allowed and ends both sides. */
function forward(from: Socket, to: Socket, limit: number, onCut: () => void): void {
  let passed = 0;
  from.on('data', (chunk: Buffer) => {
    const room = limit - passed;
    passed += chunk.length;
    if (chunk.length < room) {
      to.write(chunk);
      return;
    }
    onCut();
    to.write(chunk.subarray(0, room), () => {
      from.destroy();
      to.destroy();
    });
  });
  from.on('end', () => to.end());
}
