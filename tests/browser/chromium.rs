//! Chromium, without a window, told what to do over the DevTools protocol.
//!
//! The protocol goes over a pair of pipes, as JSON texts with a NUL after each:
//! no port is opened, and the browser ends when the test does, whatever ends it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{fs, thread};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Debian's smallest; `cargo xtask test` installs it.
const PROGRAM: &str = "chromium-headless-shell";

/// Puts the pipes where the browser looks for them, which only a shell can do
/// without unsafe code.
const WRAPPER: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#;

/// Nothing that is asked of the browser may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one empty page.
pub struct Chromium {
    process: Child,
    commands: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What it told without being asked, and nobody has looked at.
    events: Vec<Value>,
    session: Option<String>,
    last: u64,
    _profile: TempDir,
}

impl Chromium {
    /// Starts one of its own, with an empty profile.
    pub fn start() -> Self {
        let profile = TempDir::new().unwrap();
        let mut process = Command::new("sh")
            .args(["-c", WRAPPER])
            .arg(PROGRAM)
            .args(["--headless", "--no-sandbox", "--remote-debugging-pipe"])
            // Another machine, as far as the browser knows.
            .arg("--host-resolver-rules=MAP dids.test 127.0.0.1")
            .args(["--disable-gpu", "--hide-scrollbars", "--lang=en"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (send, messages) = mpsc::channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while output
                .read_until(0, &mut message)
                .is_ok_and(|read| read > 0)
            {
                message.pop();
                let parsed = serde_json::from_slice(&message).expect("JSON");
                if send.send(parsed).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Chromium {
            commands: process.stdin.take(),
            process,
            messages,
            events: Vec::new(),
            session: None,
            last: 0,
            _profile: profile,
        };
        let page = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = json!({"targetId": page["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attached);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Log", "Runtime", "Audits"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Makes the page as wide as a screen of so many pixels; one below 600 is a
    /// phone's. The scheme is `light` or `dark`.
    pub fn screen(&mut self, width: u32, scheme: &str) {
        let size = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", size);
        self.media("screen", scheme);
    }

    /// What the page is shown on: `screen` or `print`.
    pub fn media(&mut self, media: &str, scheme: &str) {
        let scheme = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = json!({"media": media, "features": scheme});
        self.call("Emulation.setEmulatedMedia", media);
    }

    /// Opens an address and waits until everything is loaded.
    pub fn open(&mut self, url: &str) {
        let loaded = |event: &Value| event["method"] == "Page.loadEventFired";
        self.events.retain(|event| !loaded(event));
        let opened = self.call("Page.navigate", json!({"url": url}));
        assert_eq!(opened["errorText"], Value::Null, "{url}");
        while !self.events.iter().any(loaded) {
            let event = self.receive();
            self.events.push(event);
        }
    }

    /// What an expression or a promise of the page gives.
    pub fn eval(&mut self, script: &str) -> Value {
        let asked = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true,
        });
        let mut answer = self.call("Runtime.evaluate", asked);
        assert_eq!(answer["exceptionDetails"], Value::Null, "{script}");
        answer["result"]["value"].take()
    }

    /// The same, of an expression that gives a text.
    pub fn text(&mut self, script: &str) -> String {
        let value = self.eval(script);
        let text = value
            .as_str()
            .unwrap_or_else(|| panic!("{script}: {value}"));
        text.to_owned()
    }

    /// The accessible elements: role and name of each, in the page's order.
    pub fn accessible(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().expect("nodes");
        let shown = nodes.iter().filter(|node| node["ignored"] != true);
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let named = shown.map(|node| (text(&node["role"]), text(&node["name"])));
        named.collect()
    }

    /// What the browser found wrong since it was last asked: errors of scripts,
    /// lines on the console, requests that failed, breaches of the policy, dialogs.
    pub fn complaints(&mut self) -> Vec<String> {
        // Everything said up to the answer of this call has been received.
        self.eval("0");
        let wrong = [
            "Log.entryAdded",
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Page.javascriptDialogOpening",
            "Audits.issueAdded",
        ];
        let events = self.events.drain(..);
        let wrong = events.filter(|event| wrong.iter().any(|it| event["method"] == *it));
        wrong.map(|event| event.to_string()).collect()
    }

    /// Draws what is on the screen into `target/screenshots`, for people to look at.
    pub fn draw(&mut self, name: &str) {
        let folder = PathBuf::from(concat!(env!("CARGO_TARGET_TMPDIR"), "/../screenshots"));
        fs::create_dir_all(&folder).unwrap();
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        let picture = picture["data"].as_str().expect("a picture");
        let picture = BASE64_STANDARD.decode(picture).expect("base64");
        fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }

    /// Calls a method of the protocol.
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut command = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            command["sessionId"] = session.as_str().into();
        }
        let commands = self.commands.as_mut().expect("a pipe");
        commands
            .write_all(format!("{command}\0").as_bytes())
            .expect("a browser, which `cargo xtask test` installs");
        loop {
            let mut message = self.receive();
            if message["id"] == self.last {
                assert_eq!(message["error"], Value::Null, "{method}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    fn receive(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        message.expect("the browser answers, which `cargo xtask test` installs")
    }
}

impl Drop for Chromium {
    /// It ends when nobody can tell it anything any more.
    fn drop(&mut self) {
        drop(self.commands.take());
        let _ = self.process.wait();
    }
}
