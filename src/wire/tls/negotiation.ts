/** What a handshake has settled so far, gathered from its messages as they pass. */
import type { Negotiated } from '../../shared/events.ts';
import type { Visibility } from '../../shared/model.ts';
import type { WireMessage } from './message.ts';
import * as read from './messages/table.ts';
import { cipherSuiteName, groupName, signatureSchemeName, versionName } from './registries.ts';
import type { ClientHello, DecodeContext, ServerHello } from './values.ts';

const { TYPE } = read;
const CHANGE_CIPHER_SPEC = 20;

export class Negotiation {
  /** The first one: what the client offers before a HelloRetryRequest bends it. */
  clientHello: ClientHello | undefined;
  /** The one that is no HelloRetryRequest. */
  serverHello: ServerHello | undefined;
  retried = false;
  clientFinished = false;
  serverFinished = false;
  /** What its messages are decoded with, as far as it is settled. */
  context: DecodeContext;

  #encryptedExtensions: WireMessage | undefined;
  #serverCertificate: WireMessage | undefined;
  #serverKeyExchange: WireMessage | undefined;
  #certificateVerify: WireMessage | undefined;
  #serverHelloDone = false;
  #serverSwitched = false;

  /** @param context what messages are decoded with until a ServerHello has chosen */
  constructor(context: DecodeContext) {
    this.context = context;
  }

  /** Undefined until a ServerHello has chosen it. */
  get version(): number | undefined {
    return this.serverHello?.version;
  }

  get isTls13(): boolean {
    return (this.version ?? 0) >= 0x0304;
  }

  /** Takes note of a message, in order. Cheap: only hellos are decoded here. */
  observe(message: WireMessage): void {
    if (message.contentType === CHANGE_CIPHER_SPEC) {
      if (message.sender === 'server') this.#serverSwitched = true;
      return;
    }
    if (message.sender === 'client') {
      if (message.type.id === TYPE.clientHello) this.clientHello ??= read.readClientHello(message.bytes);
      else if (message.type.id === TYPE.finished) this.clientFinished = true;
      return;
    }
    switch (message.type.id) {
      case TYPE.serverHello:
        this.#observeServerHello(read.readServerHello(message.bytes));
        break;
      case TYPE.encryptedExtensions:
        this.#encryptedExtensions ??= message;
        break;
      case TYPE.certificate:
      case TYPE.compressedCertificate:
        this.#serverCertificate ??= message;
        break;
      case TYPE.serverKeyExchange:
        this.#serverKeyExchange ??= message;
        break;
      case TYPE.certificateVerify:
        this.#certificateVerify ??= message;
        break;
      case TYPE.serverHelloDone:
        this.#serverHelloDone = true;
        break;
      case TYPE.finished:
        this.serverFinished = true;
        break;
    }
  }

  /** The server's certificates in DER, leaf first, as sent. */
  certificateChain(): readonly Uint8Array[] {
    return this.#serverCertificate?.certificateChain() ?? [];
  }

  /** Whether the server took the client's early data (RFC 8446 §4.2.10); undefined until it has said so. */
  get acceptsEarlyData(): boolean | undefined {
    const message = this.#encryptedExtensions;
    return message && read.readEncryptedExtensions(message.bytes).acceptsEarlyData;
  }

  /** Fingerprints and parsed certificates are for others to fill in. */
  toNegotiated(visibility: Visibility): Negotiated {
    const { clientHello, serverHello } = this;
    const group = this.#group();
    const scheme = this.#scheme();
    const alpn = this.#alpn();
    return {
      // A supported_versions that cannot be read chooses none.
      ...(serverHello && serverHello.version !== 0 && { version: versionName(serverHello.version) }),
      ...(serverHello && { suite: cipherSuiteName(serverHello.cipherSuite) }),
      ...(group !== undefined && { group }),
      ...(scheme !== undefined && { scheme: signatureSchemeName(scheme) }),
      ...(alpn !== undefined && { alpn }),
      ...(clientHello?.serverName !== undefined && { sni: clientHello.serverName }),
      resumed: this.#resumed(),
      retried: this.retried,
      certificates: [],
      fingerprints: {},
      visibility,
    };
  }

  #observeServerHello(hello: ServerHello): void {
    this.context = { ...this.context, version: hello.version, cipherSuite: hello.cipherSuite };
    if (hello.isRetry) this.retried = true;
    else this.serverHello ??= hello;
  }

  #group(): string | undefined {
    const share = this.serverHello?.keyShareGroup;
    if (share !== undefined) return groupName(share);
    const message = this.#serverKeyExchange;
    return message && read.readServerKeyExchange(message.bytes, this.context).group;
  }

  #scheme(): number | undefined {
    const verify = this.#certificateVerify;
    if (verify) return read.readCertificateVerify(verify.bytes, this.context);
    const message = this.#serverKeyExchange;
    return message && read.readServerKeyExchange(message.bytes, this.context).scheme;
  }

  #alpn(): string | undefined {
    const message = this.#encryptedExtensions;
    return message ? read.readEncryptedExtensions(message.bytes).alpn : this.serverHello?.alpn;
  }

  /**
   * TLS 1.3: the server picked a pre-shared key. Before: it went to ChangeCipherSpec without the messages of a full
   * handshake, or echoed the client's session id, which comes to the same and shows earlier (RFC 5246 §7.3).
   */
  #resumed(): boolean {
    const { clientHello, serverHello } = this;
    if (!clientHello || !serverHello) return false;
    if (this.isTls13) return serverHello.selectedPsk !== undefined;
    if (this.#serverHelloDone || this.#serverCertificate) return false;
    return (
      this.#serverSwitched || (serverHello.sessionId.length > 0 && equal(serverHello.sessionId, clientHello.sessionId))
    );
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
