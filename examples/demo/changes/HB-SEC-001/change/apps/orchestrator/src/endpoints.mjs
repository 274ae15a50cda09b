/** Every endpoint of the orchestrator, with the role it asks for. */
export const endpoints = [
  { method: 'GET', path: '/health', role: 'anyone' },
  { method: 'GET', path: '/jobs', role: 'viewer' },
  { method: 'POST', path: '/jobs', role: 'operator' },
  { method: 'POST', path: '/jobs/claim', role: 'agent' },
  { method: 'DELETE', path: '/jobs', role: 'operator' },
];

/**
 * The status a request gets before anything else happens.
 * @param {{ method: string, path: string, roles: string[] }} request
 * @returns {number}
 */
export function admission(request) {
  const endpoint = endpoints.find(({ method, path }) => method === request.method && path === request.path);
  if (endpoint === undefined) return 404;
  if (endpoint.role === 'anyone' || request.roles.includes(endpoint.role)) return 200;
  return request.roles.length === 0 ? 401 : 403;
}
