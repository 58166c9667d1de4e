// Lists every DID: number, status and owner, a line each.
//
//     npm install
//     export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
//     node dids.mjs [pages|stream]
//
// `stream` reads one long answer as it comes; `pages` asks for a thousand at a time.
// Node 18 or newer, which has fetch but no XML parser: that is sax.

import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sax from 'sax';

const missing = ['DIDS_URL', 'DIDS_USER', 'DIDS_KEY'].filter((name) => !process.env[name]);
if (missing.length) {
  console.error(`error: not set: ${missing.join(', ')}`);
  process.exit(1);
}
const { DIDS_URL, DIDS_USER, DIDS_KEY } = process.env;
const PAGE = 1000;

// What the API says in <error>. Its HTTP status is nearly always 200.
class ApiError extends Error {}

// Calls the API. Told to wait, waits as long as told and tries again.
async function ask(parameters) {
  // In the body: a query would leave the hash, which is a password, in access logs.
  const body = new URLSearchParams({
    u: DIDS_USER,
    hash: createHash('sha1').update(DIDS_KEY).digest('hex'),
    ...parameters,
  });
  for (let triesLeft = 4; ; triesLeft--) {
    const answer = await fetch(`${DIDS_URL}/dids_get`, { method: 'POST', body });
    if (![429, 503].includes(answer.status) || triesLeft === 0) return answer; // its body says why
    await answer.body.cancel();
    await sleep(1000 * (answer.headers.get('retry-after') ?? 5));
  }
}

// The DIDs of an answer while it comes in, each an object. Throws before the end if
// the answer is aborted: what came until then is not the whole list.
async function* dids(answer) {
  const parser = sax.parser(true);
  let depth = 0;
  let text = '';
  let did = {};
  let complete = [];
  parser.onerror = (error) => { throw error; };
  parser.onopentag = () => { depth++; text = ''; };
  parser.ontext = (piece) => { text += piece; };
  parser.onclosetag = (name) => {
    depth--;
    // <page> has <error>, or <dids> of <did>; in that stand the elements, one more <did> among them.
    if (depth === 1 && name === 'error' && text !== 'No DIDs found') throw new ApiError(text);
    if (depth === 3) did[name] = text;
    if (depth === 2) { complete.push(did); did = {}; }
    text = '';
  };
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    parser.write(chunk);
    yield* complete;
    complete = [];
  }
  parser.close(); // throws if </page> did not come
}

async function* stream() {
  yield* dids(await ask({}));
}

async function* pages() {
  for (let from = 1, count = PAGE; count === PAGE; from += PAGE) {
    count = 0;
    for await (const did of dids(await ask({ from, max_results: PAGE }))) {
      yield did;
      count++;
    }
  }
}

try {
  const how = { pages, stream }[process.argv[2] ?? 'pages'];
  for await (const did of how()) {
    // No <owner> stands there when a reseller holds the DID and no user does.
    console.log([did.did_number, did.status, did.owner ?? ''].join('\t'));
  }
} catch (error) {
  console.error(`error: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
