/**
 * A handshake told in the six classical steps (RFC 5246 §7.3), in its own values.
 *
 * TLS 1.3 has other messages; each is told in the step whose work it does, and a step whose work moved elsewhere says
 * where it went. Always six, whatever was seen. A renegotiation is no part of them; the last step says that it followed.
 */
import type { FailureStage, Handshake, Step } from '../shared/model.ts';
import { serverCertificateStep } from './step-certificate.ts';
import * as overheard from './step-eavesdropper.ts';
import { clientKeyExchangeStep } from './step-exchange.ts';
import { clientHelloStep, serverHelloStep } from './step-hellos.ts';
import { durationOf, recordBytes } from './step-measure.ts';
import { type Story, storyOf, type Told } from './step-story.ts';
import { changeCipherSpecStep, finishedStep } from './step-switch.ts';
import { certificateTitle, keyExchangeTitle } from './step-titles.ts';
import { continued, sentences } from './step-words.ts';

interface StepRow {
  readonly title: string | ((story: Story) => string);
  readonly tell: (story: Story) => Told;
  readonly overheard: overheard.Overheard;
}

const STEPS: readonly StepRow[] = [
  { title: 'ClientHello', tell: clientHelloStep, overheard: overheard.overheardClientHello },
  { title: 'ServerHello', tell: serverHelloStep, overheard: overheard.overheardServerHello },
  {
    title: certificateTitle,
    tell: serverCertificateStep,
    overheard: overheard.overheardCertificate,
  },
  { title: keyExchangeTitle, tell: clientKeyExchangeStep, overheard: overheard.overheardKeyExchange },
  { title: 'ChangeCipherSpec', tell: changeCipherSpecStep, overheard: overheard.overheardChangeCipherSpec },
  { title: 'Finished', tell: finishedStep, overheard: overheard.overheardFinished },
];

/** The step whose work was going on at each stage; 0 is before TLS. */
const STEP_OF_STAGE: Readonly<Record<FailureStage, number>> = {
  resolve: 0,
  connect: 0,
  'client-hello': 1,
  'server-hello': 2,
  certificate: 3,
  'key-exchange': 4,
  finished: 6,
  'after-handshake': 6,
};

/**
 * The six steps of a handshake, which may be under way, done, failed, or seen only in part. What `checks` and `chain` of
 * the handshake say is told where they are filled in.
 */
export function sixSteps(handshake: Handshake): Step[] {
  const story = storyOf(handshake);
  const { failure } = handshake;
  const failedAt = failure && STEP_OF_STAGE[failure.stage];
  return STEPS.map(({ title, tell, overheard }, index) => {
    const n = index + 1;
    const { state, text, decided } = tell(story);
    const messages = story.inStep(n);
    const first = messages[0];
    const failed = failure !== undefined && n === failedAt && `The handshake failed here: ${continued(failure.text)}`;
    const eavesdropper = overheard(story);
    return {
      n,
      title: typeof title === 'string' ? title : title(story),
      state,
      text: sentences(text, failed || (state === 'pending' && whyPending(handshake))),
      decided,
      messages: messages.map((message) => message.n),
      ...(first !== undefined && { at: first.at, bytes: recordBytes(messages), duration: durationOf(messages) }),
      ...(eavesdropper !== undefined && { eavesdropper }),
    };
  });
}

/** Why there is no more to see of a step. */
function whyPending({ state, visibility }: Handshake): string {
  if (state === 'failed') return 'The handshake ended before this step was done.';
  if (visibility.level === 'full') return 'Not reached yet.';
  return `Not seen: ${visibility.reason ?? 'the records stayed closed'}.`.replace(/\.\.$/, '.');
}
