"""Attacks the local host, which serves the demo data, with third-party tools: schemathesis
with what docs/openapi.yaml promises, and sqlmap with every parameter that it names, each by
itself. Both must find nothing, and no request may make the database fail.

    python3 tests/attack/run.py

The tools are installed in target/attack, from PyPI. It takes some minutes."""

import collections
import os
import pathlib
import re
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "target/attack"
DOCUMENT = ROOT / "docs/openapi.yaml"
PROGRAMS = ["openapi-spec-validator==0.9.0", "schemathesis==4.32.5", "sqlmap==1.10.10"]
SITE = "http://127.0.0.1:3990"
# SHA-1 of the admin's key in the demo data.
ADMIN = {"u": "admin", "hash": "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"}


def main():
    if not (FOLDER / "bin/python").exists():
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
        run("pip", "install", "--quiet", "--disable-pip-version-check", *PROGRAMS)
    if not sys.prefix.startswith(str(FOLDER)):
        # Once more, where the document's reader is.
        os.execv(FOLDER / "bin/python", ["python", __file__])

    run("openapi-spec-validator", DOCUMENT)
    host, outcomes = serve()
    try:
        signed = "".join(f'"query.{name}" = "{value}"\n' for name, value in ADMIN.items())
        for caller, setting in [("the admin", f"[parameters]\n{signed}"), ("anyone", "")]:
            print(f"==> What the document promises, as {caller}", flush=True)
            promises(setting)
        for name, value in parameters().items():
            print(f"==> SQL in {name}", flush=True)
            inject(name, value)
    finally:
        host.kill()
        host.wait()
    print("\nWhat the component logged:", *sorted(outcomes.items()), sep="\n")
    # A failure follows the code, and a line that is no answer's is more than a word.
    bad = [outcome for outcome in outcomes if " " in outcome]
    if bad or not outcomes:
        sys.exit(f"requests that must not have happened: {bad}")
    print(f"\nNothing was found by {sum(outcomes.values())} requests.")


def run(program, *arguments):
    """Runs a tool in its folder, where it leaves what it notes."""
    subprocess.run([FOLDER / "bin" / program, *arguments], cwd=FOLDER, check=True)


def serve():
    """Starts the local host, and counts the outcomes that it logs."""
    command = ["cargo", "xtask", "up", f"--listen={SITE.removeprefix('http://')}"]
    host = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    for line in host.stderr:
        print(line, end="", flush=True)
        if line.startswith("serving "):
            break
    else:
        sys.exit("the local host does not serve")
    outcomes = collections.Counter()

    def count():
        for line in host.stderr:
            outcomes[line.strip().rpartition(" outcome=")[2]] += 1

    threading.Thread(target=count, daemon=True).start()
    return host, outcomes


def promises(setting):
    configuration = FOLDER / "schemathesis.toml"
    hooks = ROOT / "tests/attack/hooks.py"
    configuration.write_text(f'hooks = "{hooks}"\n{setting}')
    # What the API cannot use it ignores, or answers with status 200, since known clients
    # read nothing else. The hooks have another check in place of the second.
    excluded = "negative_data_rejection,positive_data_acceptance"
    run(
        *("schemathesis", "--config-file", configuration, "run", DOCUMENT, "--url", SITE),
        *("--max-examples=100", "--exclude-checks", excluded),
    )


def parameters():
    """Every parameter that the document names, with a value: its example, or a number."""
    import yaml

    components = yaml.safe_load(DOCUMENT.read_text())["components"]
    found = {}
    for parameter in components["parameters"].values():
        if parameter["in"] == "query":
            schema = parameter.get("schema", {})
            schema = components["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
            examples = parameter.get("examples") or schema.get("examples") or ["1"]
            values = [it["value"] if isinstance(it, dict) else it for it in list_of(examples)]
            found[parameter["name"]] = str(parameter.get("example", values[0]))
    if len(found) < 15:
        sys.exit(f"the document names too few parameters: {found}")
    return found | ADMIN


def list_of(examples):
    return list(examples.values()) if isinstance(examples, dict) else examples


def inject(name, value):
    """Lets sqlmap try a parameter in the query, in a form and in a JSON body. sqlmap
    succeeds whatever it finds, so what it prints is looked at."""
    sent = ADMIN | {name: value}
    pairs = "&".join(f"{key}={sent[key]}" for key in sent)
    members = ", ".join(f'"{key}": "{sent[key]}"' for key in sent)
    target = f"{SITE}/api/dids_get"
    json = "--headers=Content-Type: application/json"
    for request in [
        [f"--url={target}?{pairs}", "--method=POST"],
        [f"--url={target}", f"--data={pairs}"],
        [f"--url={target}", f"--data={{{members}}}", json],
    ]:
        report = subprocess.run(
            [FOLDER / "bin/sqlmap", *request, "-p", name, "--batch", "--flush-session",
             "--dbms=SQLite", "--level=3", "--risk=3", "--threads=4", "--ignore-code=400",
             "--disable-coloring", "--output-dir=sqlmap"],
            cwd=FOLDER, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        # In JSON it says 'JSON u', elsewhere 'u'.
        tried = re.search(rf"'(JSON )?{name}' does not seem to be injectable", report)
        if not tried or "all tested parameters do not appear to be injectable" not in report:
            sys.exit(f"sqlmap did not clear {name}, by {request}:\n{report}")


main()
