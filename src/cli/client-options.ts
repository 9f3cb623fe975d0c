/** Options that the commands for clients share. */
import { Option } from 'commander';

/** What the options are when they are not given. The program sets these from its configuration. */
export interface ClientDefaults {
  /** The folder of the root CA. */
  readonly certs: string;
  /** The proxy's address as a URL. */
  readonly proxy: string;
}

export function certsOption(defaults: Pick<ClientDefaults, 'certs'>): Option {
  return new Option('--certs <dir>', 'folder of the root CA').env('TLSCOPE_CERTS').default(defaults.certs);
}

export function proxyOption(defaults: Pick<ClientDefaults, 'proxy'>): Option {
  return new Option('--proxy <url>', 'address of the running proxy').env('TLSCOPE_PROXY').default(defaults.proxy);
}
