/** What the parts of one connection's observer share. */
import type { TlsRole } from '../../../shared/model.ts';
import { HpackDecoder } from '../hpack/decoder.ts';
import type { HttpSink } from '../observer.ts';
import { Flow } from './flow.ts';
import { SETTING } from './names.ts';
import { Opening } from './opening.ts';
import { SideSettings } from './settings.ts';
import { Streams } from './streams.ts';
import { otherSide, Teller } from './teller.ts';

export class Connection {
  readonly teller: Teller;
  /** What each side announced; it binds the other. */
  readonly settings: Readonly<Record<TlsRole, SideSettings>>;
  /** By sender. */
  readonly flows: Readonly<Record<TlsRole, Flow>>;
  /** By sender. */
  readonly hpack: Readonly<Record<TlsRole, HpackDecoder>>;
  readonly streams: Streams;
  readonly opening: Opening;
  readonly lost: Record<TlsRole, boolean> = { client: false, server: false };

  constructor(sink: HttpSink) {
    this.teller = new Teller(sink);
    this.settings = { client: new SideSettings(), server: new SideSettings() };
    this.flows = { client: new Flow('client', this.teller), server: new Flow('server', this.teller) };
    this.hpack = { client: new HpackDecoder(), server: new HpackDecoder() };
    this.streams = new Streams(this.teller, this.flows, this.settings);
    this.opening = new Opening(this.teller);
  }

  /** Nothing more is known of what `sender` says, nor of what it grants the other side. */
  lose(sender: TlsRole, offset: number, reason: string): void {
    this.lost[sender] = true;
    this.streams.lose(sender);
    this.flows.client.lose();
    this.flows.server.lose();
    this.teller.sink.lost(sender, offset, reason, this.teller.at);
  }

  /** Of `by`: the oldest settings of the other side that waited for this are in force. */
  acknowledge(by: TlsRole): void {
    const other = otherSide(by);
    const settings = this.settings[other].acknowledge();
    if (settings === undefined) {
      if (!this.lost[other]) this.teller.issue('error', `the ${by} acknowledges SETTINGS that nobody sent`);
      return;
    }
    for (const { id, value } of settings) {
      if (id === SETTING.headerTableSize) this.hpack[by].allowedSize = value;
      if (id === SETTING.initialWindowSize) this.flows[by].setInitial(value);
    }
  }
}
