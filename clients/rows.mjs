// Lists DIDs by a converter of XML to objects, one row and many alike: number, status
// and owner, a line each.
//
//     npm install
//     export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
//     node rows.mjs search_status=free max_results=100
//
// Node 18 or newer. The whole answer is read into memory: for a list of any length
// take dids.mjs.

import { createHash } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';

const missing = ['DIDS_URL', 'DIDS_USER', 'DIDS_KEY'].filter((name) => !process.env[name]);
if (missing.length) {
  console.error(`error: not set: ${missing.join(', ')}`);
  process.exit(1);
}
const { DIDS_URL, DIDS_USER, DIDS_KEY } = process.env;

const parser = new XMLParser({
  // A converter makes a list of what occurs twice: one DID would come as an object and
  // two as a list. Here it is always a list. Not by the name: <did> in <did> is the number.
  isArray: (name, path) => path === 'page.dids.did',
  // Numbers are texts: 0037060000001 is not 37060000001.
  parseTagValue: false,
  trimValues: false,
});

async function dids(filters) {
  const body = new URLSearchParams(filters);
  body.set('u', DIDS_USER);
  body.set('hash', createHash('sha1').update(DIDS_KEY).digest('hex'));
  const answer = await fetch(`${DIDS_URL}/dids_get`, { method: 'POST', body });
  const { page } = parser.parse(await answer.text(), true);
  if (page.error && page.error !== 'No DIDs found') throw new Error(page.error);
  return page.dids?.did ?? [];
}

try {
  const filters = process.argv.slice(2).map((filter) => filter.split(/=(.*)/s).slice(0, 2));
  for (const did of await dids(filters)) {
    console.log([did.did_number, did.status, did.owner ?? ''].join('\t'));
  }
} catch (error) {
  console.error(`error: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
