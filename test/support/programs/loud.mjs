// Floods its output: `loud.mjs BYTES` writes that many and ends, `loud.mjs forever` never stops.
import { writeSync } from 'node:fs';

const piece = Buffer.alloc(64 * 1024, 'x');
piece.writeUInt8(10, piece.length - 1);
let left = process.argv[2] === 'forever' ? Infinity : Number(process.argv[2]);
while (left > 0) left -= writeSync(1, piece, 0, Math.min(piece.length, left));
