// PostGraphile 5 over the masking views, one process, each request as the role that row security binds.
import { createServer } from "node:http";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ pool: new pg.Pool({ max: 16 }), schemas: ["bench"] })],
  grafast: { context: { pgSettings: { role: "bench_tender" } }, explain: false },
  grafserv: { port: Number(process.env.PORT), watch: false, graphiql: false },
  schema: { defaultBehavior: "+connection +orderBy +filterBy -insert -update -delete" },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
