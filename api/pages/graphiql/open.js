// Ours: signs in with a token, then opens GraphiQL with it. Nobody who is not signed in gets further than the form.
"use strict";

const KEPT = "fortnight-token";
const WHO = "{ viewer { person { name } } organisation { name } }";
const form = document.getElementById("sign-in");
const field = document.getElementById("token");
const said = document.getElementById("said");

// A link may bring a token behind the #, which no server is ever sent; it does not stay in the address.
function brought() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", location.pathname);
  return token;
}

async function signIn(token) {
  const response = await fetch("graphql", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: WHO }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data;
}

function open(token, { viewer, organisation }) {
  document.title = `GraphiQL: ${viewer === null ? "API key" : viewer.person.name}, ${organisation.name}`;
  form.hidden = true;
  const headers = { authorization: `Bearer ${token}` };
  const fetcher = GraphiQL.createFetcher({ url: "graphql", headers });
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(React.createElement(GraphiQL, { fetcher, shouldPersistHeaders: false, isHeadersEditorEnabled: false }));
}

async function begin(token) {
  try {
    const who = await signIn(token);
    sessionStorage.setItem(KEPT, token);
    open(token, who);
  } catch (fault) {
    sessionStorage.removeItem(KEPT);
    said.textContent = fault.message;
    form.hidden = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin(field.value.trim());
});

const token = brought() ?? sessionStorage.getItem(KEPT);
if (token === null) form.hidden = false;
else begin(token);
