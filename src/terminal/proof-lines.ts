/** What was computed again from a handshake, as the lines of a cell: checks, the certificate chain, the keys. */
import type { CertificateChain, ChainProblem, Check, DerivationStep, Leg } from '../shared/model.ts';
import { type Line, lines, type Style } from './sheet.ts';

const MARKS: Readonly<Record<Check['result'], { mark: string; style: Style }>> = {
  verified: { mark: '✓', style: 'green' },
  failed: { mark: '✗', style: 'red' },
  unchecked: { mark: '–', style: 'dim' },
};

export function checkLines({ tls }: Leg, width: number): Line[] {
  return (tls?.checks ?? []).flatMap(({ message, result, text, spec }) => {
    const name = tls?.messages.find(({ n }) => n === message)?.type.name ?? 'message';
    const { mark, style } = MARKS[result];
    return lines(`${mark} ${name} (message ${message}): ${text} ${spec}`, width, '  ', style);
  });
}

/** The chain as it was built, leaf first, then what is wrong with it. */
export function chainLines({ tls }: Leg, width: number): Line[] {
  const chain = tls?.chain;
  if (chain === undefined) return [];
  const { path, problems, staple, timestamps, unused } = chain;
  return [
    ...path.flatMap(({ subject, sent, root }, depth) => {
      const origin = [root && 'trusted root', sent === undefined ? 'not sent' : `sent as ${sent + 1}`];
      const indent = '  '.repeat(Math.min(depth, MAX_DEPTH));
      const text = `└ ${subject} (${origin.filter(Boolean).join(', ')})`;
      return lines(text, width - indent.length, '  ').map((line) => ({ ...line, text: indent + line.text }));
    }),
    ...verdict(chain, width),
    ...problems.flatMap((problem) => problemLines(problem, chain, width)),
    ...(unused.length === 0
      ? []
      : lines(`Sent and not on this path: ${unused.map((index) => index + 1).join(', ')}.`, width, '  ', 'yellow')),
    ...(staple === undefined
      ? []
      : lines(`Stapled OCSP: ${staple.status}. ${staple.text}`, width, '  ', STAPLE_STYLES[staple.status])),
    ...lines(`Signed certificate timestamps: ${timestamps}`, width, '  ', 'dim'),
  ];
}

const STAPLE_STYLES = { good: 'green', revoked: 'red', unknown: 'yellow', error: 'yellow' } as const;
/** Deeper than that, a chain is not drawn further to the right. */
const MAX_DEPTH = 6;

function verdict({ trusted, root, problems }: CertificateChain, width: number): Line[] {
  if (trusted) return lines(`✓ Trusted: it ends at ${root ?? 'a root of this system'}.`, width, '  ', 'green');
  return problems.length > 0 ? [] : lines('✗ Not trusted.', width, '  ', 'red');
}

/** What most clients overlook is no reason for distrust; where the chain is trusted, that is all there is. */
function problemLines({ code, text }: ChainProblem, { trusted }: CertificateChain, width: number): Line[] {
  const [mark, style] = trusted || code === 'wrong-order' ? (['!', 'yellow'] as const) : (['✗', 'red'] as const);
  return lines(`${mark} ${code}: ${text}`, width, '  ', style);
}

/** Each secret or key with what it is made from. A value is there only where it was asked for. */
export function derivationLines({ tls }: Leg, width: number): Line[] {
  const steps = tls?.derivation ?? [];
  return [
    ...(steps.length === 0 ? [] : lines(LEGEND, width, '  ', 'dim')),
    ...steps.flatMap((step) => [
      ...lines(nameOf(step), width, '  '),
      ...lines(`= ${step.how}`, width - 2, '  ', 'dim').map(indented),
      ...(step.value === undefined ? [] : lines(step.value, width - 2, '', 'yellow').map(indented)),
    ]),
  ];
}

const LEGEND = '• known: logged or computed; ◦ not known here: it stays in the TLS library; ← made from.';

function nameOf({ name, bytes, known, from }: DerivationStep): string {
  const made = from.length > 0 ? ` ← ${from.join(', ')}` : '';
  const size = bytes > 0 ? `, ${bytes} B` : '';
  return `${known ? '•' : '◦'} ${name}${size}${known ? '' : ' (not known here)'}${made}`;
}

function indented(line: Line): Line {
  return { ...line, text: `  ${line.text}` };
}
