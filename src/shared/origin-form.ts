/** A request target as it goes to the server itself, also where the request went to a proxy (RFC 9112 §3.2). */
export function originForm(target: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}
