// sharp as an engine: see bench/engine.py. It writes as we do (progressive JPEG, WebP effort 2);
// setup "fast": as it does by default.
const fs = require("node:fs");
const readline = require("node:readline");
const sharp = require("sharp");

sharp.concurrency(1);
sharp.cache(false);

const OPTIONS = {
  "jpeg ": { progressive: true },
  "jpeg fast": {},
  "webp ": { effort: 2 },
  "webp fast": {},
};

async function make(data, { form, quality, setup }) {
  let image = sharp(data).autoOrient().resize(400, 300, { fit: "cover", withoutEnlargement: true });
  if (form === "jpeg") image = image.flatten({ background: "#fff" });
  return image.toFormat(form, { quality, ...OPTIONS[`${form} ${setup}`] }).toBuffer();
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const data = fs.readFileSync(asked.path);
    let made;
    const began = process.cpuUsage();
    for (let i = 0; i < asked.n; i++) made = await make(data, asked);
    const used = process.cpuUsage(began);
    const seconds = (used.user + used.system) / 1e6;
    fs.writeFileSync(asked.out, made);
    console.log(JSON.stringify({ seconds, bytes: made.length }));
  }
})();
