// node's own http module: bytes from a Map, no access log.   node bench/servers/node.cjs PORT FOLDER
const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')

const [port, folder] = process.argv.slice(2)
const held = new Map()
for (const name of fs.readdirSync(folder, { recursive: true })) {
  if (/\/.*[.]jpg$/.test(name)) held.set('/' + name, fs.readFileSync(path.join(folder, name)))
}

http
  .createServer((request, response) => {
    const body = held.get(request.url)
    response.writeHead(200, {
      'Content-Type': 'image/jpeg',
      'Content-Length': body.length,
      'Cache-Control': 'public, max-age=86400',
    })
    response.end(body)
  })
  .listen(Number(port), '127.0.0.1')
