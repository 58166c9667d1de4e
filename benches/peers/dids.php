<?php
// The obvious script: what somebody writes in an afternoon instead of the component.
// One connection kept by each worker, one question for the caller, one for the
// settings, one with joins for the rows, and the same bytes for the cases that the
// benchmarks ask for: an admin's pages, by number.
//
//     DATABASE=FILE PHP_CLI_SERVER_WORKERS=4 php -S 127.0.0.1:8000 dids.php

$db = new PDO('sqlite:' . getenv('DATABASE'), null, null, [
    PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
    PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
    PDO::ATTR_PERSISTENT => true,
]);

function answer(string $inside): void
{
    $xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>$inside\n</page>\n";
    header('Content-Type: text/xml; charset=utf-8');
    header('Content-Length: ' . strlen($xml));
    echo $xml;
}

function name(?string $first, ?string $last, ?string $user): string
{
    return trim("$first $last") ?: (string) $user;
}

function moment(?string $stored): ?string
{
    return $stored === null ? null : str_replace(' ', 'T', $stored) . 'Z';
}

$query = $db->prepare('SELECT id, usertype FROM users WHERE username = ? COLLATE NOCASE ORDER BY id LIMIT 1');
$query->execute([$_GET['u'] ?? '']);
$user = $query->fetch();
$settings = $db->query('SELECT name, value FROM conflines WHERE owner_id = 0')->fetchAll(PDO::FETCH_KEY_PAIR);
$hash = sha1($settings['API_Secret_Key']);
if ($settings['Allow_API'] !== '1' || $settings['Allow_GET_API'] !== '1' || !$user
    || $user['usertype'] !== 'admin' || !hash_equals($hash, $_GET['hash'] ?? '')) {
    answer("\n  <error>Access Denied</error>");
    return;
}

$query = $db->prepare(
    'SELECT d.*, p.name AS provider, o.username, o.first_name, o.last_name, r.username AS r_username,
            r.first_name AS r_first_name, r.last_name AS r_last_name, v.id AS v_id, v.device_type,
            v.name AS v_name, v.extension, l.name AS dialplan, l.dptype
       FROM dids d
       LEFT JOIN providers p ON p.id = d.provider_id
       LEFT JOIN users o ON o.id = d.user_id
       LEFT JOIN users r ON r.id = d.reseller_id AND d.reseller_id > 0
       LEFT JOIN devices v ON v.id = d.device_id AND d.device_id > 0
       LEFT JOIN dialplans l ON l.id = d.dialplan_id
      ORDER BY d.did, d.id LIMIT ? OFFSET ?'
);
$query->bindValue(1, (int) ($_GET['max_results'] ?? -1), PDO::PARAM_INT);
$query->bindValue(2, max(0, (int) ($_GET['from'] ?? 1) - 1), PDO::PARAM_INT);
$query->execute();

$xml = "\n  <dids>";
while ($d = $query->fetch()) {
    $device = $d['v_id'] === null ? '' : $d['device_type'] . '/' . ($d['device_type'] === 'FAX' ? $d['extension'] : $d['v_name']);
    $values = [
        'did' => $d['did'],
        'did_number' => $d['did'],
        'provider' => (string) $d['provider'],
        'language' => $d['language'],
        'status' => ucfirst($d['status']),
        'did_status' => $d['status'],
        'ai_agent_compatible' => $d['ai_agent_compatible'] ? 'true' : 'false',
        'routes_to_openai_project_id' => (string) $d['routes_to_openai_project_id'],
        'updated_at' => moment($d['updated_at']),
        'reseller' => $d['reseller_id'] > 0 ? name($d['r_first_name'], $d['r_last_name'], $d['r_username']) : null,
        'owner' => $d['reseller_id'] > 0 && $d['user_id'] <= 0 ? null : name($d['first_name'], $d['last_name'], $d['username']),
        'device' => $device,
        'dial_plan' => $d['dialplan'] === null ? '' : "$d[dialplan] ($d[dptype])",
        'simultaneous_call_limit' => $d['call_limit'] ?: 'Unlimited',
        'comment' => $d['comment'],
        'tone_zone' => (string) $d['tonezone'],
        'id' => $d['id'],
        'device_id' => $d['device_id'] > 0 ? $d['device_id'] : null,
        'user_id' => $d['user_id'] > 0 ? $d['user_id'] : null,
        'reserved_for_user_till' => $d['status'] === 'closed' ? moment($d['closed_till']) : null,
    ];
    $xml .= "\n    <did>";
    foreach ($values as $element => $value) {
        if ($value !== null) {
            $xml .= "\n      <$element>" . htmlspecialchars((string) $value, ENT_NOQUOTES | ENT_XML1) . "</$element>";
        }
    }
    $xml .= "\n    </did>";
}
answer("$xml\n  </dids>");
