// SPDX-License-Identifier: GPL-3.0-or-later
//! RAUC: what a bundle is, having it written, and that the running release is good. Its sentences become codes here.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;
use xuedian_engine::ports::system::{BundleFault, SystemEvent};
use zbus::fdo::PropertiesProxy;
use zbus::proxy::CacheProperties;
use zbus::{Connection, OwnedVariant, Variant};

use super::services::in_time;

/// The bus name of RAUC.
const RAUC: &str = "de.pengutronix.rauc";
/// Its one object.
const OBJECT: &str = "/";
/// A signature on a slow stick, checked by a slow board that plays a film.
const INSPECTING: Duration = Duration::from_secs(60);

#[zbus::proxy(interface = "de.pengutronix.rauc.Installer", default_service = "de.pengutronix.rauc", default_path = "/")]
trait Updater {
    /// The slot that was meant, and a sentence about it.
    fn mark(&self, state: &str, slot: &str) -> zbus::Result<(String, String)>;
    /// Begins; [`UpdaterProxy::receive_completed`] tells the end.
    fn install_bundle(&self, source: &str, args: HashMap<&str, Variant<'_>>) -> zbus::Result<()>;
    /// Checks the signature and reads the manifest.
    fn inspect_bundle(
        &self,
        bundle: &str,
        args: HashMap<&str, Variant<'_>>,
    ) -> zbus::Result<HashMap<String, OwnedVariant>>;
    /// 0 when all is well.
    #[zbus(signal)]
    fn completed(&self, result: i32) -> zbus::Result<()>;
    #[zbus(property)]
    fn last_error(&self) -> zbus::Result<String>;
    /// `idle`, or what it is doing; it does one thing at a time.
    #[zbus(property)]
    fn operation(&self) -> zbus::Result<String>;
    /// The kind of boxes that this one is.
    #[zbus(property)]
    fn compatible(&self) -> zbus::Result<String>;
}

/// What a bundle says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The kind of boxes that it is for.
    pub compatible: String,
    /// The release in it.
    pub version: String,
}

/// The kind of boxes that this one is, and whether the updater has time for a bundle.
pub(super) async fn board(connection: &Connection) -> zbus::Result<(String, bool)> {
    // It is started by being asked.
    in_time(INSPECTING, async {
        let updater = proxy(connection).await?;
        Ok((updater.compatible().await?, updater.operation().await? == "idle"))
    })
    .await
}

/// Asks what is in a bundle; one without a good signature is an error.
pub(super) async fn inspect(connection: &Connection, bundle: &Path) -> zbus::Result<Manifest> {
    let mut said =
        in_time(INSPECTING, async { proxy(connection).await?.inspect_bundle(text(bundle)?, HashMap::new()).await })
            .await?;
    let Some(update) = said.remove("update") else { return Ok(Manifest::default()) };
    // A dictionary in a variant, which RAUC wraps once more.
    let mut update: HashMap<String, OwnedVariant> = Variant::from(update).downcast()?;
    let mut word = |key| update.remove(key).and_then(|word| String::try_from(word).ok()).unwrap_or_default();
    Ok(Manifest { compatible: word("compatible"), version: word("version") })
}

/// Tells that the running release is good.
pub(super) async fn mark_good(connection: &Connection) -> zbus::Result<()> {
    let (slot, said) = proxy(connection).await?.mark("good", "booted").await?;
    tracing::info!(slot, said, "the updater knows that this release is good");
    Ok(())
}

/// Has a release written, tells how far it is, and waits until it is.
pub(super) async fn install(connection: &Connection, bundle: &Path, events: &Sender<SystemEvent>) -> zbus::Result<()> {
    let updater = proxy(connection).await?;
    // Listened for before it is begun: the end of a bundle that is refused comes at once.
    let mut ends = updater.receive_completed().await?;
    let properties = PropertiesProxy::builder(connection).destination(RAUC).path(OBJECT).build().await?;
    let mut changes = properties.receive_properties_changed().await?;
    // The kernel ends it first when memory runs short, and then it never tells the end.
    let mut owners = updater.inner().receive_owner_changed().await?;
    updater.install_bundle(text(bundle)?, HashMap::new()).await?;
    let mut told = 0;
    let end = loop {
        tokio::select! {
            // How far it was comes before that it has ended.
            biased;
            Some(change) = changes.next() => {
                let percent = change.args().ok().and_then(|change| percent(change.changed_properties()));
                if let Some(percent) = percent.filter(|percent| *percent > told) {
                    told = percent;
                    // The director is gone: the release is written all the same.
                    let _ = events.send(SystemEvent::Writing(percent)).await;
                }
            }
            end = ends.next() => break end,
            Some(None) = owners.next() => break None,
        }
    };
    let end = end.ok_or_else(|| zbus::Error::Failure("the updater went away".into()))?;
    match *end.args()?.result() {
        0 => Ok(()),
        _ => Err(zbus::Error::Failure(updater.last_error().await?)),
    }
}

fn percent(changed: &HashMap<&str, Variant<'_>>) -> Option<u8> {
    let progress = changed.get("Progress")?.try_clone().ok()?;
    let (percent, _, _) = <(i32, String, i32)>::try_from(progress).ok()?;
    u8::try_from(percent).ok()
}

/// Whether the updater was doing something else when it was asked.
pub(super) fn is_busy(error: &zbus::Error) -> bool {
    error.to_string().contains("already processing")
}

/// What of a bundle an updater's sentence complains about, if about the bundle at all.
pub(super) fn fault(error: &zbus::Error) -> Option<BundleFault> {
    let said = error.to_string().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["compatible mismatch"]) {
        Some(BundleFault::OtherBoard)
    } else if says(&["signature verification failed", "failed to verify", "x509", "signer"]) {
        Some(BundleFault::NotSigned)
    } else if says(&["too small", "does not fit", "larger than", "no space left"]) {
        Some(BundleFault::NoRoom)
    } else if says(&["input/output error", "failed to read", "copy data", "invalid bundle", "signature", "verity"]) {
        Some(BundleFault::Damaged)
    } else {
        None
    }
}

async fn proxy(connection: &Connection) -> zbus::Result<UpdaterProxy<'_>> {
    UpdaterProxy::builder(connection).cache_properties(CacheProperties::No).build().await
}

fn text(path: &Path) -> zbus::Result<&str> {
    path.to_str().ok_or_else(|| zbus::Error::Failure("a path that is no text".into()))
}

#[cfg(test)]
mod tests {
    use super::{BundleFault, fault};

    #[test]
    fn what_the_updater_says_becomes_a_code() {
        for (said, code) in [
            ("signature verification failed: unable to get local issuer certificate", Some(BundleFault::NotSigned)),
            ("Failed to verify X509 cert: certificate has expired", Some(BundleFault::NotSigned)),
            (
                "Compatible mismatch: Expected 'xuedian-pi4' but bundle manifest has 'xuedian-pi5'",
                Some(BundleFault::OtherBoard),
            ),
            (
                "Invalid bundle format: Failed to read signature from bundle: Input/output error",
                Some(BundleFault::Damaged),
            ),
            ("Signature data is no valid CMS", Some(BundleFault::Damaged)),
            ("Failed updating slot rootfs.1: Failed to copy data: Error reading from file", Some(BundleFault::Damaged)),
            ("Slot (1 bytes) is too small for image (2 bytes).", Some(BundleFault::NoRoom)),
            ("No suitable slot found", None),
        ] {
            assert_eq!(fault(&zbus::Error::Failure(said.to_owned())), code, "{said}");
        }
    }
}
