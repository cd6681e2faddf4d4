// SPDX-License-Identifier: GPL-3.0-or-later
//! The district's own certificate authority. Kiosks verify TLS against it and nothing else.
//!
//! Its certificates are valid from 2024 to 2060: a box verifies at the floor of its time, which may be years behind, and
//! nobody would be there to renew anything. What revokes is a new authority, brought by pairing anew.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use thiserror::Error;
use xuedian_protocol::{signing::sha256_hex, text::hex};

/// The authority with its secret key.
pub struct Authority {
    key: KeyPair,
    der: CertificateDer<'static>,
    pem: String,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority({}, ..)", self.fingerprint())
    }
}

/// A certificate could not be made or read.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// Making one.
    #[error("making a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// Reading one.
    #[error("the authority's certificate: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// TLS does not want it.
    #[error("the server's certificate: {0}")]
    Tls(#[from] rustls::Error),
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// When the certificate cannot be made.
    pub fn draw() -> Result<Self, AuthorityError> {
        let key = KeyPair::generate()?;
        let certificate = authority_params(&key)?.self_signed(&key)?;
        Ok(Self { key, der: certificate.der().clone(), pem: certificate.pem() })
    }

    /// From its key and certificate.
    ///
    /// # Errors
    /// When they are not PEM.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, AuthorityError> {
        let der = CertificateDer::from_pem_slice(certificate.as_bytes())?;
        Ok(Self { key: KeyPair::from_pem(key)?, der, pem: certificate.to_owned() })
    }

    /// Its certificate, PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// Its certificate, DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of its certificate, 64 hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        sha256_hex(&self.der)
    }

    /// Its secret key, PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// TLS for a server of these names (host names and addresses). The chain ends with the authority itself, so that a box which
    /// was not prepared sees what it is to compare.
    ///
    /// # Errors
    /// When a name is none, or the certificate cannot be made.
    pub fn server_config(&self, names: &[String]) -> Result<rustls::ServerConfig, AuthorityError> {
        let server_key = KeyPair::generate()?;
        let mut params = CertificateParams::new(names.to_vec())?;
        params.distinguished_name.push(DnType::CommonName, "Xuedian hub");
        params.not_before = date_time_ymd(2024, 1, 1);
        params.not_after = date_time_ymd(2060, 1, 1);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let authority = authority_params(&self.key)?;
        let certificate = params.signed_by(&server_key, &Issuer::from_params(&authority, &self.key))?;
        let chain = vec![certificate.der().clone(), self.der.clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The same for the same key at each start, so that only key and certificate need to be kept.
fn authority_params(key: &KeyPair) -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    let name = hex(&key.public_key_raw()[..8]);
    params.distinguished_name.push(DnType::CommonName, format!("Xuedian district authority {name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    Ok(params)
}
