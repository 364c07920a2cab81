// ipx behind node's http server, as its README says: PORT, and where ipx lies.
import http from "node:http";

const [port, place] = process.argv.slice(2);
const { createIPX, createIPXNodeServer, ipxHttpStorage } = await import(place);
const ipx = createIPX({
  storage: ipxHttpStorage({ allowAllDomains: true }),
  httpStorage: ipxHttpStorage({ allowAllDomains: true }),
});
http.createServer(createIPXNodeServer(ipx)).listen(Number(port), "127.0.0.1");
