/** Whether a request asks for a tunnel to what its target names, which is then no URL and has none (RFC 9112 §3.2.3). */
export function isAuthorityForm({ method, target }: { readonly method: string; readonly target: string }): boolean {
  // That of an extended CONNECT is a path (RFC 8441 §4).
  return method === 'CONNECT' && !target.startsWith('/');
}

/** A request target as it goes to the server itself, also where the request went to a proxy (RFC 9112 §3.2). */
export function originForm(target: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}
