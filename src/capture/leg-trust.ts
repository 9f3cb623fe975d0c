/** What one connection of a client tells of whether it accepts our certificates, and what its others tell of this one. */
import type { ClientLegEvidence } from '../insight/failure.ts';
import type { ClientMarks, TrustingClients } from './trusting-clients.ts';

export class LegTrust {
  readonly #clients: TrustingClients;
  /** Set while the connection is there, and while it stands. */
  #came: (() => void) | undefined;
  #stood: (() => void) | undefined;
  #isUsed = false;

  constructor(clients: TrustingClients) {
    this.#clients = clients;
  }

  /** Its hello is whole. */
  comes(client: ClientMarks, host: string): void {
    this.#came = this.#clients.comes(client, host);
  }

  /** Its handshake is done. */
  stands(client: ClientMarks, host: string): void {
    this.#stood = this.#clients.stands(client, host);
  }

  /** Whether it is known to have been used. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** It asks for something: so it has taken the certificate. */
  uses(client: ClientMarks, host: string): void {
    this.#isUsed = true;
    this.#clients.note(client, host);
  }

  /** It ends: that it came and stood says nothing any more. */
  leaves(): void {
    this.#came?.();
    this.#stood?.();
  }

  /** What is known from the client's other connections, this one being over. */
  evidence(
    client: ClientMarks,
    host: string,
  ): Pick<ClientLegEvidence, 'trustsElsewhere' | 'trustsHere' | 'hasAnother'> {
    this.leaves();
    return {
      trustsElsewhere: this.#clients.onlyElsewhere(client, host),
      trustsHere: this.#clients.here(client, host),
      hasAnother: this.#clients.undecided(client, host),
    };
  }
}
