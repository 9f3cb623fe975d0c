/** What the server sent along with its leaf: an OCSP response and signed certificate timestamps. */
import type { Field, HandshakeMessage, OcspStaple } from '../../shared/model.ts';
import { fromHex } from '../../wire/hex.ts';
import { summariseOcsp } from '../../wire/x509/ocsp.ts';
import { anywhere, find } from './field-search.ts';
import { answerAbout, checkAnswer, checkTime, type StapleCheck, type StapleContext } from './staple-check.ts';

/** Names of the messages that can carry them. */
const SERVER_HELLO = 'ServerHello';
const CERTIFICATE_STATUS = 'CertificateStatus';

export interface Stapled {
  readonly staple?: OcspStaple;
  /** In the leaf, the handshake and the staple; the same log's may be in several. */
  readonly timestamps: number;
}

/** @param certificateMessage the server's Certificate or CompressedCertificate */
export function readStapled(
  messages: readonly HandshakeMessage[],
  certificateMessage: HandshakeMessage,
  context: StapleContext,
): Stapled {
  const entry = leafExtensions(certificateMessage);
  const hello = messages.find((message) => isFrom(message, SERVER_HELLO));
  const lists = [
    find(hello?.fields, SERVER_HELLO, 'extensions', 'signed_certificate_timestamp', 'extension_data', 'sct_list'),
    find(entry, 'signed_certificate_timestamp', 'extension_data', 'sct_list'),
  ];
  const inHandshake = lists.flatMap((list) => list?.children ?? []).filter(({ name }) => name === 'sct').length;
  const ocsp = responseFor(context, messages, entry);
  return {
    ...(ocsp && { staple: ocsp.staple }),
    timestamps: (context.leaf.certificate.timestamps ?? 0) + inHandshake + (ocsp?.timestamps ?? 0),
  };
}

function responseFor(
  context: StapleContext,
  messages: readonly HandshakeMessage[],
  entry: readonly Field[] | undefined,
) {
  const status = messages.find((message) => isFrom(message, CERTIFICATE_STATUS))?.fields;
  const response =
    find(status, CERTIFICATE_STATUS, 'response') ??
    find(status, CERTIFICATE_STATUS, 'ocsp_response_list', 'ocsp_response') ??
    find(entry, 'status_request', 'extension_data', 'response');
  if (typeof response?.value !== 'string' || response.value === '') return undefined;
  const der = fromHex(response.value);
  const { about, timestamps, ...staple } = summariseOcsp(der, (answers) => answerAbout(context, answers));
  if (about === undefined) return { staple, timestamps };
  return { staple: judged(staple, checkAnswer(der, about, context), context.at), timestamps };
}

/** What is out of date was true once: it keeps its status. */
function judged(said: OcspStaple, answer: StapleCheck, at: Date): OcspStaple {
  const time = answer.result === 'failed' ? undefined : checkTime(said, at);
  const { result: check, text } = time ?? answer;
  const isBelieved = answer.result !== 'failed' && (time === undefined || time.isLate);
  return { ...said, ...(!isBelieved && { status: 'error' }), check, text: `${said.text}; ${text}` };
}

/** The first CertificateEntry's; TLS 1.2 has none. */
function leafExtensions({ fields }: HandshakeMessage): readonly Field[] | undefined {
  const list = anywhere(fields, 'certificate_list');
  return find(list?.children, 'certificate_entry', 'extensions')?.children;
}

function isFrom({ sender, contentType, type }: HandshakeMessage, name: string): boolean {
  return sender === 'server' && contentType === 22 && type.name === name;
}
