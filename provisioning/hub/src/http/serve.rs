// SPDX-License-Identifier: GPL-3.0-or-later
//! The server: TLS with the district's own authority, and the work that goes on beside it.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use axum_server::{Handle, tls_rustls::RustlsConfig};
use thiserror::Error;
use tokio::task::JoinHandle;

use super::{App, router, router::Tokens};
use crate::{authority::AuthorityError, hub::Hub, settings::Settings};

/// Records that come within so long are settled together.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// Settling takes at most a fifth of the time.
const REST: u32 = 4;
/// Sessions end by themselves: settle at least so often while somebody is there.
const AT_LEAST: Duration = Duration::from_secs(30);
/// What requests were seen is written down so often.
const WRITE_DOWN: Duration = Duration::from_secs(5);
/// Whoever does not finish the headers or the handshake by then is not waited for.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);

/// A hub that is running.
#[derive(Debug)]
pub struct Serving {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where kiosks reach it.
    pub public_url: String,
    handle: Handle<SocketAddr>,
    server: JoinHandle<std::io::Result<()>>,
    beside: [JoinHandle<()>; 2],
}

/// The server could not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The port.
    #[error("listening on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] AuthorityError),
}

/// Starts a hub. It runs until [`Serving::stop`].
///
/// # Errors
/// When it cannot listen, or has no certificate.
pub fn serve(hub: Arc<Hub>, settings: &Settings) -> Result<Serving, ServeError> {
    let listen_error = |why| ServeError::Listen(settings.listen, why);
    let listener = TcpListener::bind(settings.listen).map_err(listen_error)?;
    listener.set_nonblocking(true).map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let public_url = public_url(settings, address);
    let tokens = Tokens { status: settings.status_token.clone(), admin: settings.admin_token.clone() };
    let app = App::new(hub.clone(), tokens, &public_url);
    let beside = [tokio::spawn(settle(app.clone())), tokio::spawn(write_down(hub.clone()))];
    let handle = Handle::new();
    let service = router(app).into_make_service();
    let server = if settings.tls {
        let config = RustlsConfig::from_config(Arc::new(hub.keys.authority.server_config(&settings.names)?));
        let mut server = axum_server::from_tcp_rustls(listener, config).map_err(listen_error)?.handle(handle.clone());
        bound(server.http_builder());
        tokio::spawn(server.serve(service))
    } else {
        let mut server = axum_server::from_tcp(listener).map_err(listen_error)?.handle(handle.clone());
        bound(server.http_builder());
        tokio::spawn(server.serve(service))
    };
    Ok(Serving { address, public_url, handle, server, beside })
}

impl Serving {
    /// Answers what is asked already, then ends.
    pub async fn stop(self) {
        self.handle.graceful_shutdown(Some(Duration::from_secs(5)));
        let _ended = self.server.await;
        for task in self.beside {
            task.abort();
        }
    }
}

fn bound(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder.http1().timer(hyper_util::rt::TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    builder.http2().timer(hyper_util::rt::TokioTimer::new()).max_concurrent_streams(32);
}

fn public_url(settings: &Settings, address: SocketAddr) -> String {
    if !settings.public_url.is_empty() {
        return settings.public_url.trim_end_matches('/').to_owned();
    }
    let scheme = if settings.tls { "https" } else { "http" };
    let name = settings.names.first().map_or("localhost", String::as_str);
    format!("{scheme}://{name}:{}", address.port())
}

/// Settles when records have come, and now and then.
async fn settle(app: App) {
    loop {
        let began = Instant::now();
        let hub = app.hub.clone();
        match tokio::task::spawn_blocking(move || hub.publish_standing()).await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => tracing::error!(%why, "the standing could not be published"),
            Err(why) => tracing::error!(%why, "settling ended in a panic"),
        }
        let took = began.elapsed();
        tokio::time::sleep(DEBOUNCE + took * REST).await;
        let again = AT_LEAST.max(took * REST * 5);
        let _in_time = tokio::time::timeout(again, app.arrived.notified()).await;
    }
}

async fn write_down(hub: Arc<Hub>) {
    loop {
        tokio::time::sleep(WRITE_DOWN).await;
        let hub = hub.clone();
        let written = tokio::task::spawn_blocking(move || {
            let windows = hub.seen.changed();
            if windows.is_empty() { Ok(()) } else { hub.store.put_windows(&windows) }
        });
        if let Ok(Err(why)) = written.await {
            tracing::error!(%why, "what was seen of devices could not be written down");
        }
    }
}
