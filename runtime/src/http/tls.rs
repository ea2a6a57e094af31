//! Whom to trust over TLS, and how to show who we are: rustls with ring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt;
#[cfg(any(feature = "_coordinator", feature = "databricks", feature = "dremio"))]
use rustls_platform_verifier::Verifier;

use super::url::boolean;
use crate::error::{Error, Kind, Result};

/// Whose certificates to trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those that the operating system trusts.
    #[default]
    System,
    /// Those that an authority of this PEM file has signed; the URL's parameter of this name has
    /// its path.
    Authority(PathBuf, &'static str),
    /// All of them. The user asked for it.
    Anyone,
}

impl Trust {
    /// What URLs may say, for errors.
    pub(crate) const EXPECTED: &str = "`true`, `false` or the path of a PEM file";

    /// Reads what a URL says.
    pub(crate) fn read(text: &str) -> Option<Trust> {
        Some(match boolean(text) {
            Some(true) => Trust::System,
            Some(false) => Trust::Anyone,
            None if text.is_empty() => return None,
            None => Trust::Authority(PathBuf::from(text.trim_matches('"')), "verify"),
        })
    }
}

/// The client's own certificate and key: paths of PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// The TLS of a connection.
pub(crate) fn config(trust: &Trust, identity: Option<&Identity>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let broken =
        |error: rustls::Error| Error::new(Kind::Url, format!("TLS could not be set up: {error}"));
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    let builder = match trust {
        Trust::System => builder.with_platform_verifier().map_err(broken)?,
        Trust::Authority(path, parameter) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(path, parameter)? {
                roots.add(certificate).map_err(broken)?;
            }
            builder.with_root_certificates(roots)
        }
        Trust::Anyone => {
            let verifier = Arc::new(Unverified(provider));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        }
    };
    let Some(identity) = identity else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(&identity.certificate, "cert")?;
    let key = PrivateKeyDer::from_pem_file(&identity.key)
        .map_err(|error| unreadable(&identity.key, "key", &error))?;
    builder.with_client_auth_cert(chain, key).map_err(|error| {
        let [certificate, key] = [&identity.certificate, &identity.key].map(|path| path.display());
        Error::new(
            Kind::Url,
            format!(
                "the client certificate of `cert`, {certificate}, could not be used with the key \
                 of `key`, {key}: {error}"
            ),
        )
    })
}

/// The TLS of places that a server sends its client to: those that the system
/// trusts, and those of the given authority. What the user accepts of the server
/// alone, any certificate at all, does not hold for them.
#[cfg(any(feature = "_coordinator", feature = "databricks", feature = "dremio"))]
pub(crate) fn elsewhere(trust: &Trust) -> Result<ClientConfig> {
    let Trust::Authority(path, parameter) = trust else { return config(&Trust::System, None) };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let broken =
        |error: rustls::Error| Error::new(Kind::Url, format!("TLS could not be set up: {error}"));
    let roots = certificates(path, parameter)?;
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider)).map_err(broken)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(broken)?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// A configuration for connections that have no TLS.
pub(crate) fn none() -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        .map_err(|error| Error::new(Kind::Internal, format!("TLS could not be set up: {error}")))
}

fn certificates(path: &Path, parameter: &str) -> Result<Vec<CertificateDer<'static>>> {
    let all = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| unreadable(path, parameter, &error))?;
    if all.is_empty() {
        return Err(unreadable(path, parameter, &"it has no certificate"));
    }
    Ok(all)
}

fn unreadable(path: &Path, parameter: &str, error: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::Url,
        format!("the file of `{parameter}`, {}, could not be used: {error}", path.display()),
    )
    .help("it has to be a PEM file")
}

/// Trusts every certificate, but still only one whose key the server has.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
