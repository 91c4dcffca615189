// Opens the checkpoint of a proof (c2sp.org/tlog-proof@v1) and checks the inclusion of its leaf with @sigstore/verify.
//
//   node check.js FILE PUBLIC-KEY(PEM) LOG-NAME KEY-ID(HEX)
//
// The package does not publish these two functions for themselves, so they are taken from where they lie.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createPublicKey } = require("node:crypto");

const inside = path.join(path.dirname(require.resolve("@sigstore/verify")), "tlog");
const { verifyCheckpoint } = require(path.join(inside, "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(inside, "merkle.js"));

const [file, key, name, id] = process.argv.slice(2);
const [head, ...rest] = fs.readFileSync(file, "utf-8").split("\n\n");
const [, extra, index, ...hashes] = head.split("\n");
const log = { baseURL: name, logID: Buffer.from(id, "hex"), publicKey: createPublicKey(fs.readFileSync(key)) };
const entry = {
  canonicalizedBody: Buffer.from(extra.slice("extra ".length), "base64"),
  inclusionProof: {
    logIndex: index.slice("index ".length),
    hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
    checkpoint: { envelope: rest.join("\n\n") },
  },
};
try {
  const checkpoint = verifyCheckpoint(entry, [log]);
  verifyMerkleInclusion(entry, checkpoint);
  console.log(`${checkpoint.origin} ${checkpoint.logSize}`);
} catch (reason) {
  console.error(reason.message);
  process.exitCode = 1;
}
