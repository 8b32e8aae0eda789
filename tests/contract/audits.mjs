// Asks the server at an address all of graphql-http's audits, signed in by a token, and prints how each went, as JSON.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);

function signedIn(address, request = {}) {
  return fetch(address, { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
}

const results = [];
for (const audit of serverAudits({ url, fetchFn: signedIn })) {
  const { name, status, reason } = await audit.fn();
  results.push({ name, status, reason });
}
console.log(JSON.stringify(results));
