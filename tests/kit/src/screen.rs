// SPDX-License-Identifier: GPL-3.0-or-later
//! Eyes and a finger for a kiosk's screen: what stands on it by accessible label, and touching it.
//!
//! The kiosk is built with its feature `mcp` for this: it then listens on `SLINT_MCP_PORT` of this machine only. The appliance is
//! built without it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::process::eventually;

/// Elements asked for at a time; a page of ours has fewer.
const MOST_ELEMENTS: u32 = 1000;
/// Two touches at one place within half a second are one finger that trembles; so this finger waits a little longer.
const BETWEEN_TOUCHES: Duration = Duration::from_millis(600);
/// How long one question may take: the kiosk answers between two pictures.
const ANSWER: Duration = Duration::from_secs(20);

/// A kiosk's screen.
#[derive(Clone, Debug)]
pub struct Screen {
    port: u16,
}

/// Something on the screen that has words.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What a screen reader would say.
    pub label: String,
    /// What it stands at: a text, a number.
    pub value: String,
    /// `Button`, `Text` …
    pub role: String,
    /// Whether it can be used now.
    pub enabled: bool,
    handle: Value,
}

impl Screen {
    /// The screen that listens there.
    #[must_use]
    pub fn at(port: u16) -> Self {
        Self { port }
    }

    /// All that has a label, in the order of the page.
    ///
    /// # Errors
    /// When the kiosk does not answer.
    pub fn things(&self) -> Result<Vec<Thing>> {
        let windows = self.call("list_windows", &json!({}))?;
        let window = windows["windowHandles"].get(0).context("the kiosk shows no window")?;
        let root = self.call("get_window_properties", &json!({ "windowHandle": window }))?["rootElementHandle"].clone();
        let tree = self.call("get_element_tree", &json!({"elementHandle": root, "maxElements": MOST_ELEMENTS}))?;
        ensure!(tree["debugInfoMissing"] != true, "the screen was built without debug info: no labels to be found");
        let elements = tree["elements"].as_array().context("no elements")?;
        let text = |element: &Value, key: &str| element[key].as_str().unwrap_or_default().to_owned();
        let labelled = elements
            .iter()
            .filter(|element| element["accessibleLabel"].as_str().is_some_and(|label| !label.is_empty()));
        Ok(labelled
            .map(|element| Thing {
                label: text(element, "accessibleLabel"),
                value: text(element, "accessibleValue"),
                role: text(element, "accessibleRole"),
                // A value that is false is left out of the answer.
                enabled: element["accessibleEnabled"] == true,
                handle: element["handle"].clone(),
            })
            .collect())
    }

    /// Waits until something has a label that contains these words.
    ///
    /// # Errors
    /// When it does not come in time; then with all that is on the screen.
    pub fn see(&self, words: &str, patience: Duration) -> Result<Thing> {
        eventually(&format!("{words:?} on the screen"), patience, || {
            let things = self.things()?;
            let found = things.iter().find(|thing| thing.label.contains(words)).cloned();
            found.with_context(|| format!("on the screen is: {}", labels(&things)))
        })
    }

    /// Waits until something has a label with any of these words.
    ///
    /// # Errors
    /// When none of them comes in time.
    pub fn see_any(&self, words: &[&str], patience: Duration) -> Result<Thing> {
        eventually(&format!("any of {words:?} on the screen"), patience, || {
            let things = self.things()?;
            let found = things.iter().find(|thing| words.iter().any(|words| thing.label.contains(words))).cloned();
            found.with_context(|| format!("on the screen is: {}", labels(&things)))
        })
    }

    /// Waits until nothing has a label that contains these words.
    ///
    /// # Errors
    /// When it stays.
    pub fn see_gone(&self, words: &str, patience: Duration) -> Result<()> {
        eventually(&format!("no {words:?} on the screen"), patience, || {
            let things = self.things()?;
            ensure!(!things.iter().any(|thing| thing.label.contains(words)), "on the screen is: {}", labels(&things));
            Ok(())
        })
    }

    /// Touches the first thing to be touched whose label contains these words.
    ///
    /// # Errors
    /// When there is no such thing.
    pub fn touch(&self, words: &str, patience: Duration) -> Result<()> {
        eventually(&format!("touching {words:?}"), patience, || {
            let things = self.things()?;
            let touchable = |thing: &&Thing| thing.enabled && thing.label.contains(words);
            let thing =
                things.iter().find(touchable).with_context(|| format!("on the screen is: {}", labels(&things)))?;
            self.call("click_element", &json!({"elementHandle": thing.handle})).map(drop)
        })?;
        std::thread::sleep(BETWEEN_TOUCHES);
        Ok(())
    }

    /// A picture of the screen, as PNG.
    ///
    /// # Errors
    /// When the kiosk does not answer.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let windows = self.call("list_windows", &json!({}))?;
        let answer = self.raw("take_screenshot", &json!({"windowHandle": windows["windowHandles"][0]}))?;
        let data = answer["content"][0]["data"].as_str().context("no picture")?;
        base64(data).context("the picture is not base64")
    }

    fn call(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let answer = self.raw(tool, arguments)?;
        let text = answer["content"][0]["text"].as_str().context("no text in the answer")?;
        ensure!(answer["isError"] != true, "{tool}: {text}");
        Ok(serde_json::from_str(text)?)
    }

    fn raw(&self, tool: &str, arguments: &Value) -> Result<Value> {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}});
        let mut answer: Value = serde_json::from_slice(&post(self.port, &request.to_string())?)?;
        if let Some(error) = answer.get("error") {
            bail!("{tool}: {error}");
        }
        Ok(answer["result"].take())
    }
}

fn labels(things: &[Thing]) -> String {
    things.iter().map(|thing| thing.label.as_str()).collect::<Vec<_>>().join(" | ")
}

/// One request on a connection of its own, to this machine.
fn post(port: u16, body: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("the kiosk's screen does not listen")?;
    stream.set_read_timeout(Some(ANSWER))?;
    let length = body.len();
    write!(
        stream,
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no end of the headers")?;
    let headers = String::from_utf8_lossy(&answer[..end]).into_owned();
    ensure!(headers.starts_with("HTTP/1.1 200"), "{headers}");
    Ok(answer.split_off(end + 4))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for c in text.bytes().filter(|c| *c != b'=') {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn pictures_are_decoded() {
        assert_eq!(base64("iVBORw=="), Some(vec![0x89, b'P', b'N', b'G']));
        assert_eq!(base64("YWJj"), Some(b"abc".to_vec()));
        assert_eq!(base64("a b"), None);
    }
}
