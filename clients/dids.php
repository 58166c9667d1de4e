<?php
// Lists every DID: number, status and owner, a line each.
//
//     export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
//     php dids.php [pages|stream]
//
// `stream` reads one long answer as it comes; `pages` asks for a thousand at a time.
// PHP 8.1 or newer with its XML extension (Debian: php-cli, php-xml).

declare(strict_types=1);

const PAGE = 1000;

$missing = array_filter(['DIDS_URL', 'DIDS_USER', 'DIDS_KEY'], fn ($name) => (string) getenv($name) === '');
if ($missing) {
    fwrite(STDERR, 'error: not set: ' . implode(', ', $missing) . "\n");
    exit(1);
}

/** What the API says in <error>. Its HTTP status is nearly always 200. */
final class ApiError extends RuntimeException
{
}

/** Calls the API. Told to wait, waits as long as told and tries again. */
function ask(array $parameters)
{
    // In the body: a query would leave the hash, which is a password, in access logs.
    $body = http_build_query([
        'u' => getenv('DIDS_USER'),
        'hash' => sha1(getenv('DIDS_KEY')),
        ...$parameters,
    ]);
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'protocol_version' => 1.1,
        'header' => 'Content-Type: application/x-www-form-urlencoded',
        'content' => $body,
        'ignore_errors' => true, // the body of an error says why
        'timeout' => 60,
    ]]);
    for ($triesLeft = 4; ; $triesLeft--) {
        $answer = @fopen(getenv('DIDS_URL') . '/dids_get', 'r', false, $context);
        if ($answer === false) {
            throw new RuntimeException(error_get_last()['message']);
        }
        $head = implode("\n", stream_get_meta_data($answer)['wrapper_data']);
        if (!preg_match('/^HTTP\S+ (429|503)/', $head) || $triesLeft === 0) {
            return $answer;
        }
        fclose($answer);
        sleep(preg_match('/^Retry-After: *(\d+)/mi', $head, $found) ? (int) $found[1] : 5);
    }
}

/**
 * The DIDs of an answer while it comes in, each an array. Throws before the end if
 * the answer is aborted: what came until then is not the whole list.
 */
function dids($answer): Generator
{
    $depth = 0;
    $text = '';
    $did = $complete = [];
    $error = null;
    $open = function () use (&$depth, &$text) {
        $depth++;
        $text = '';
    };
    $close = function ($parser, $name) use (&$depth, &$text, &$did, &$complete, &$error) {
        $depth--;
        // <page> has <error>, or <dids> of <did>; in that stand the elements, one more <did> among them.
        if ($depth === 1 && $name === 'error' && $text !== 'No DIDs found') {
            $error = $text;
        } elseif ($depth === 3) {
            $did[$name] = $text;
        } elseif ($depth === 2) {
            $complete[] = $did;
            $did = [];
        }
        $text = '';
    };
    $parser = xml_parser_create('UTF-8');
    xml_parser_set_option($parser, XML_OPTION_CASE_FOLDING, 0);
    xml_set_element_handler($parser, $open, $close);
    xml_set_character_data_handler($parser, function ($parser, $piece) use (&$text) {
        $text .= $piece;
    });
    do {
        $chunk = (string) fread($answer, 65536);
        if (stream_get_meta_data($answer)['timed_out']) {
            throw new RuntimeException('the answer stopped coming');
        }
        $isLast = $chunk === '' && feof($answer);
        // At the last one also wrong: </page> did not come.
        if (!xml_parse($parser, $chunk, $isLast)) {
            throw new RuntimeException(xml_error_string(xml_get_error_code($parser)));
        }
        if ($error !== null) {
            throw new ApiError($error);
        }
        yield from $complete;
        $complete = [];
    } while (!$isLast);
}

function stream(): Generator
{
    yield from dids(ask([]));
}

function pages(): Generator
{
    for ($from = 1, $count = PAGE; $count === PAGE; $from += PAGE) {
        $count = 0;
        foreach (dids(ask(['from' => $from, 'max_results' => PAGE])) as $did) {
            yield $did;
            $count++;
        }
    }
}

try {
    foreach (($argv[1] ?? 'pages') === 'stream' ? stream() : pages() as $did) {
        // No <owner> stands there when a reseller holds the DID and no user does.
        echo implode("\t", [$did['did_number'], $did['status'], $did['owner'] ?? '']), "\n";
    }
} catch (RuntimeException $error) {
    fwrite(STDERR, 'error: ' . $error->getMessage() . "\n");
    exit(1);
}
