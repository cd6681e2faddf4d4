// SPDX-License-Identifier: GPL-3.0-or-later
//! TLS to the district's own authority, judged at a time that no clock can spoil.

use std::sync::{Arc, OnceLock};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use thiserror::Error as ThisError;

use crate::clock::Clock;

/// Why no connection can be prepared.
#[derive(Debug, ThisError)]
pub enum AuthorityError {
    /// What pairing brought is no certificate.
    #[error("the district's authority cannot be read: {0}")]
    Authority(String),
    /// TLS itself.
    #[error("TLS cannot be prepared: {0}")]
    Tls(#[from] rustls::Error),
}

/// Trusts what `authority` (PEM) signed, at the clock's [`Clock::certificate_time`].
///
/// # Errors
/// When the authority is not readable.
pub fn trusting(authority: &str, clock: Clock) -> Result<ClientConfig, AuthorityError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority_der(authority)?).map_err(|error| AuthorityError::Authority(error.to_string()))?;
    let provider = Arc::new(ring::default_provider());
    let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| AuthorityError::Authority(error.to_string()))?;
    config(provider, Arc::new(AtTheFloor { judge, clock }))
}

/// The certificate of an authority in PEM, as DER.
///
/// # Errors
/// When it is not readable.
pub fn authority_der(pem: &str) -> Result<CertificateDer<'static>, AuthorityError> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| AuthorityError::Authority(error.to_string()))
}

/// The authority that a hub showed while nobody vouched for it yet: DER of the last certificate of its chain.
pub type ShownAuthority = Arc<OnceLock<Vec<u8>>>;

/// Takes whatever authority is shown first, and then no other: for pairing only, where people compare four words on both
/// screens, and where nothing secret is sent and every answer is sealed.
///
/// # Errors
/// When TLS cannot be prepared.
pub fn unacquainted(shown: ShownAuthority) -> Result<ClientConfig, AuthorityError> {
    let provider = Arc::new(ring::default_provider());
    config(Arc::clone(&provider), Arc::new(FirstShown { provider, shown }))
}

fn config(provider: Arc<CryptoProvider>, judge: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, AuthorityError> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.dangerous().with_custom_certificate_verifier(judge).with_no_client_auth())
}

/// Judges a certificate at the clock's time, which is the floor until the hub has spoken.
#[derive(Debug)]
struct AtTheFloor {
    judge: Arc<WebPkiServerVerifier>,
    clock: Clock,
}

impl ServerCertVerifier for AtTheFloor {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let at = |time| self.judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, time);
        let seconds = u64::try_from(self.clock.certificate_time().0 / 1000).unwrap_or(0);
        match at(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))) {
            // Younger than the floor: the box was off while the hub got a new certificate. The district's authority
            // signed it, so it is at least that late by now. Whether it holds otherwise is judged at its first second.
            Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) => at(not_before),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

/// Takes the first authority that is shown, if it really signed for the one who shows it.
#[derive(Debug)]
struct FirstShown {
    provider: Arc<CryptoProvider>,
    shown: ShownAuthority,
}

impl FirstShown {
    /// Whether `authority` signed for `end_entity`, judged at its first second: the box may not know the date.
    fn signed(
        &self,
        authority: &CertificateDer<'_>,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
    ) -> Result<ServerCertVerified, Error> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.clone().into_owned())?;
        let judge = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?;
        let at = |time| judge.verify_server_cert(end_entity, intermediates, server_name, &[], time);
        match at(UnixTime::since_unix_epoch(std::time::Duration::ZERO)) {
            Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) => at(not_before),
            verdict => verdict,
        }
    }
}

impl ServerCertVerifier for FirstShown {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authority) = intermediates.last() else {
            return Err(Error::General("the hub does not show its authority".to_owned()));
        };
        self.signed(authority, end_entity, intermediates, server_name)?;
        if self.shown.get_or_init(|| authority.to_vec()) != authority.as_ref() {
            return Err(Error::General("the hub shows another authority than before".to_owned()));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
