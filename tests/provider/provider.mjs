// An identity provider for tests: oidc-provider, with people and clients that it makes up.
//
//   node provider.mjs FOLDER PORT METHOD
//
// FOLDER has the packages of package.json in `node_modules`. PORT may be 0. METHOD is how clients show their secret. The first line printed is a JSON object: the issuer, and the
// private key (PEM) and its id, so that a test can sign tokens of its own. The program ends with its standard input.
//
// Whoever logs in as `NAME` has the mail address `NAME@example.com`, which is verified unless NAME begins with
// `unverified`. It is in the answer of the userinfo endpoint, not in
// the ID token. The JWTs of the client `service` are those of a person with its name.

import { createServer } from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

const [folder, port, method] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));

const server = createServer();
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = randomUUID();
const key = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };

const redirect_uris = ['https://api.example/rest/api/login/oidc/callback'];
const person = (id) => ({
  sub: id,
  email: `${id}@example.com`,
  email_verified: !id.startsWith('unverified'),
  name: `Name of ${id}`,
  preferred_username: id,
});

const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  cookies: { keys: [randomUUID()] },
  clients: [
    {
      client_id: 'declarest',
      client_secret: 'the secret of the test',
      token_endpoint_auth_method: method,
      redirect_uris,
    },
    { client_id: 'public', token_endpoint_auth_method: 'none', redirect_uris },
    {
      client_id: 'service',
      client_secret: 'the secret of the test',
      token_endpoint_auth_method: method,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  clientAuthMethods: [method, 'none'],
  claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => person(id) }),
  // Nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        audience: resource,
        scope: 'api',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  extraTokenClaims: (_, token) => person(token.clientId),
});

server.on('request', provider.callback());
console.log(JSON.stringify({ issuer, kid, key: privateKey.export({ type: 'pkcs1', format: 'pem' }) }));
