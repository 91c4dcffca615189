/* Starts GraphiQL on this gateway. Documents, variables and tokens stay in the page: nothing is kept in the browser. */
"use strict";

const kept = new Map();
const memory = {
  get length() { return kept.size; },
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => { kept.set(key, String(value)); },
  removeItem: (key) => { kept.delete(key); },
  clear: () => { kept.clear(); },
};

async function ask(parameters, options) {
  const answer = await fetch("graphql", {
    method: "POST",
    headers: {
      ...(options?.headers ?? {}),
      "Accept": "application/graphql-response+json",
      "Content-Type": "application/json",
    },
    body: JSON.stringify(parameters),
    credentials: "omit",
    cache: "no-store",
  });
  return answer.json();
}

const WELCOME = `# 公共信用信息查询网关 credit-gateway
#
# Without a credential you see what the public sees. Put {"Authorization": "Bearer ..."} into the headers below
# to ask as an agency; such operations state their purpose:
#
#   query TenderCheck($uscc: String!) @purpose(code: "PM-301", matter: "...", role: "bidder") { ... }

query Catalogue {
  catalogue { code name }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: ask,
    storage: memory,
    defaultQuery: WELCOME,
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: true,
  }),
);
