/**
 * The legs' messages field by field: the client's ClientHello beside ours, the minted leaf beside the server's.
 *
 * Both are made of the bytes of the messages alone, so they hold for a live connection and for one that came as JSON.
 */
export { certificateDiffs } from './field-diffs-certificate.ts';
export { helloDiffs } from './field-diffs-hello.ts';
