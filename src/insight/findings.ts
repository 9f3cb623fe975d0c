/**
 * What is worth knowing about a connection's handshakes, by a closed list of named rules.
 *
 * A finding is no failure: the handshake may be fine. Each rule is a row of one of the tables below; what holds for both
 * legs, since tlscope repeats the server's choice to the client, is said of the server leg alone.
 */
import type { Connection, Finding } from '../shared/model.ts';
import { type FindingRule, type Scene, type Sighting, seenLeg } from './finding-rule.ts';
import { CERTIFICATE_RULES } from './findings-certificate.ts';
import { CHOICE_RULES } from './findings-choice.ts';
import { COURSE_RULES } from './findings-course.ts';
import { OFFER_RULES } from './findings-offer.ts';
import { PAIR_RULES } from './findings-pair.ts';
import { PROTOCOL_RULES } from './findings-protocol.ts';

/** Every rule, in the order in which findings of one severity are listed. */
export const FINDING_RULES: readonly FindingRule[] = [
  ...COURSE_RULES,
  ...PROTOCOL_RULES,
  ...CHOICE_RULES,
  ...CERTIFICATE_RULES,
  ...OFFER_RULES,
  ...PAIR_RULES,
];

/**
 * The findings, the gravest first. Uses `checks`, `chain` and `comparison` where they are filled in.
 * @param at when the connection was made, for dates in certificates
 */
export function findingsOf(connection: Connection, at: Date): Finding[] {
  const client = seenLeg('client', connection.legs.client?.tls);
  const server = seenLeg('server', connection.legs.server?.tls);
  const scene: Scene = {
    connection,
    client,
    server,
    offer: client?.hello ? client : server,
    choice: server?.serverHello ? server : undefined,
    at,
  };
  const found = FINDING_RULES.flatMap((rule) => sightings(rule, scene).map((sighting) => findingOf(rule, sighting)));
  return found.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'note'];

function sightings(rule: FindingRule, scene: Scene): readonly Sighting[] {
  const seen = rule.look(scene) ?? [];
  return Array.isArray(seen) ? seen : [seen as Sighting];
}

function findingOf({ rule, severity, title, spec, ...row }: FindingRule, sighting: Sighting): Finding {
  const advice = sighting.advice ?? row.advice;
  return {
    rule,
    severity: sighting.severity ?? severity,
    ...(sighting.leg && { leg: sighting.leg.role }),
    title,
    text: sighting.text,
    ...(advice !== undefined && { advice }),
    ...(spec !== undefined && { spec }),
    ...(sighting.messages && sighting.messages.length > 0 && { messages: sighting.messages.map(({ n }) => n) }),
  };
}
