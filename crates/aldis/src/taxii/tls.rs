//! TLS with client certificates, for partners' tools that prove themselves by one.
//!
//! A certificate counts by its SHA-256, which an officer bound to a partner, and by the proof in the
//! handshake that the client holds its key. Who signed it is not asked, so that a partner may use one of
//! its own making; it holds until the binding is revoked, whatever dates stand in it.
//!
//! Handshakes run beside each other, so that a slow one keeps nobody waiting, and have ten seconds.
//!
//! Source: RFC 8446; RFC 8705, section 2.2.

use crate::config::Tls;
use crate::error::{Error, Result};
use aldis_model::Digest;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use tokio_rustls::server::TlsStream;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// The hash of the client's certificate, if it showed one and proved that it holds its key.
    pub certificate: Option<Digest>,
    address: SocketAddr,
}

/// Hands on connections whose handshake is done.
pub struct TlsListener {
    ready: Receiver<(TlsStream<TcpStream>, Peer)>,
    address: SocketAddr,
}

/// Reads the certificate and the key that the settings name.
///
/// # Errors
///
/// [`Error::Refused`] if a file cannot be read, holds something else, or the two do not fit.
pub fn acceptor(tls: &Tls) -> Result<TlsAcceptor> {
    let refused = |path: &std::path::Path, error: &dyn std::fmt::Display| {
        Error::Refused(format!("{}: {error}", path.display()))
    };
    let certificates = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| refused(&tls.certificate, &error))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| refused(&tls.key, &error))?;
    let provider = Arc::new(ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::broken)?
        .with_client_cert_verifier(Arc::new(ByHash(algorithms)))
        .with_single_cert(certificates, key)
        .map_err(|error| refused(&tls.certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Returns the hash by which the first certificate in a file is known.
///
/// # Errors
///
/// [`Error::Refused`] if there is none in it.
pub fn fingerprint(file: &std::path::Path) -> Result<Digest> {
    let read = CertificateDer::from_pem_file(file);
    let read = read.map_err(|error| Error::Refused(format!("{}: {error}", file.display())))?;
    Ok(Digest::of(&read))
}

/// Begins to listen.
///
/// # Errors
///
/// [`Error::Broken`] if the socket has no address.
pub fn listen(listener: TcpListener, acceptor: TlsAcceptor) -> Result<TlsListener> {
    let address = listener.local_addr()?;
    let (send, ready) = channel(HANDSHAKES_MAX);
    tokio::spawn(accept(listener, acceptor, send));
    Ok(TlsListener { ready, address })
}

async fn accept(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    ready: Sender<(TlsStream<TcpStream>, Peer)>,
) {
    let turns = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    while let Ok(turn) = turns.clone().acquire_owned().await {
        let (stream, address) = tokio::select! {
            () = ready.closed() => return,
            accepted = Listener::accept(&mut listener) => accepted,
        };
        let (acceptor, ready) = (acceptor.clone(), ready.clone());
        tokio::spawn(async move {
            let _turn = turn;
            let shaken = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await;
            // A client that cannot shake hands is its own affair.
            if let Ok(Ok(stream)) = shaken {
                let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
                let certificate = shown.map(|certificate| Digest::of(certificate));
                let _ = ready.send((stream, Peer { certificate, address })).await;
            }
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // Nobody listens any more: the server is about to stop.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Ok(Peer { certificate: None, address: self.address })
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        *stream.remote_addr()
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.address.fmt(f)
    }
}

/// Lets every certificate through whose key the client holds: its hash is looked up with each request.
#[derive(Debug)]
struct ByHash(WebPkiSupportedAlgorithms);

impl ClientCertVerifier for ByHash {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> std::result::Result<ClientCertVerified, tokio_rustls::rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, tokio_rustls::rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, tokio_rustls::rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

const HANDSHAKES_MAX: usize = 64;
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
