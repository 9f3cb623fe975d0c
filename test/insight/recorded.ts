/** Recorded handshakes as insight gets them: read by the real session, then through JSON, as the dashboard has them. */
import { nodeDigest } from '../../src/crypto/digest.ts';
import type { Handshake } from '../../src/shared/model.ts';
import { summariseCertificate } from '../../src/wire/x509/summary.ts';
import { flows, replay } from '../wire/tls/replay.ts';

/** The handshake of a golden flow; `members` override what the recorder would have added. */
export function recordedHandshake(
  name: string,
  members: Partial<Handshake> = {},
  options: Parameters<typeof replay>[1] = {},
): Handshake {
  const flow = flows.get(name);
  if (flow === undefined) throw new Error(`no flow called ${name}`);
  const { negotiated, messages, alerts, session } = replay(flow.steps, options);
  const done = ['client', 'server'].every((sender) =>
    messages.some((message) => message.sender === sender && message.type.name === 'Finished'),
  );
  const certificates = session.certificateChain().map((der) => summariseCertificate(der, nodeDigest));
  const handshake: Handshake = {
    ...negotiated,
    state: done ? 'established' : 'negotiating',
    messages,
    alerts,
    certificates,
    at: {},
    ...members,
  };
  return JSON.parse(JSON.stringify(handshake)) as Handshake;
}
