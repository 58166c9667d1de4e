<?php
// Lists DIDs, sent as curl sends an array and read by SimpleXML, one row and many
// alike: number, status and owner, a line each.
//
//     export DIDS_URL=http://127.0.0.1:3000/billing/api DIDS_USER=admin DIDS_KEY=secret
//     php rows.php search_status=free max_results=100
//
// PHP 8.1 or newer with curl and XML (Debian: php-cli, php-curl, php-xml). The whole
// answer is read into memory: for a list of any length take dids.php.

declare(strict_types=1);

$missing = array_filter(['DIDS_URL', 'DIDS_USER', 'DIDS_KEY'], fn ($name) => (string) getenv($name) === '');
if ($missing) {
    fwrite(STDERR, 'error: not set: ' . implode(', ', $missing) . "\n");
    exit(1);
}

function dids(array $filters): iterable
{
    $call = curl_init(getenv('DIDS_URL') . '/dids_get');
    curl_setopt_array($call, [
        // As an array it is multipart/form-data; by http_build_query() a plain form.
        CURLOPT_POSTFIELDS => [
            'u' => getenv('DIDS_USER'),
            'hash' => sha1(getenv('DIDS_KEY')),
            ...$filters,
        ],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 60,
    ]);
    $answer = curl_exec($call);
    if ($answer === false) {
        throw new RuntimeException(curl_error($call)); // also if it was aborted
    }
    $page = new SimpleXMLElement($answer);
    $error = (string) $page->error;
    if ($error !== '' && $error !== 'No DIDs found') {
        throw new RuntimeException($error);
    }
    // In a loop one row is like many. Never json_decode(json_encode($page)), which makes
    // an object of one DID and a list of two.
    return $page->dids->did ?? [];
}

try {
    $filters = [];
    foreach (array_slice($argv, 1) as $filter) {
        [$name, $value] = explode('=', $filter, 2) + [1 => ''];
        $filters[$name] = $value;
    }
    foreach (dids($filters) as $did) {
        echo implode("\t", [$did->did_number, $did->status, $did->owner]), "\n";
    }
} catch (Exception $error) {
    fwrite(STDERR, "error: {$error->getMessage()}\n");
    exit(1);
}
