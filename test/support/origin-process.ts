/** Run as a program: one demo server in a process of its own, to be killed. Prints `{port, rootPem}` as one line. */
import { type OriginName, startOrigins } from '../../src/demo/origins.ts';

const name = process.argv[2] as OriginName;
const origins = await startOrigins([name]);
console.log(JSON.stringify({ port: origins.get(name).port, rootPem: origins.rootPem }));
