//! A client certificate over a real socket.

use super::{desk, token};
use crate::desk::House;
use crate::store::Store;
use aldis::config::Tls;
use aldis::desk::share::credentials::{self, Proof};
use aldis::serve::{WithTls, serve};
use aldis::taxii::tls;
use rcgen::{CertificateParams, KeyPair};
use std::path::Path;
use std::time::Duration;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

fn certificate(folder: &Path, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let made = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (pem, key) = (made.pem(), key.serialize_pem());
    std::fs::write(folder.join(format!("{name}.pem")), &pem).unwrap();
    std::fs::write(folder.join(format!("{name}.key")), &key).unwrap();
    (pem, key)
}

#[test]
fn a_client_certificate_opens_to_the_partner_it_is_bound_to() {
    let house = House::on(Store::Sqlite);
    let desk = desk(&house);
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = certificate(folder.path(), "server");
    let bound = certificate(folder.path(), "bound");
    let stranger = certificate(folder.path(), "stranger");
    let hash = tls::fingerprint(&folder.path().join("bound.pem")).unwrap();
    let proof = Proof::Certificate(hash);
    let id = desk.write("Liaison", |tx, ctx| credentials::add(tx, ctx, "ALBA", &proof, "")).unwrap();
    let file = |name: &str| folder.path().join(name);
    let settings = |certificate: &str, key: &str| Tls {
        listen: String::new(),
        certificate: file(certificate),
        key: file(key),
    };
    for (certificate, key) in
        [("nothing.pem", "server.key"), ("server.pem", "bound.key"), ("server.key", "server.key")]
    {
        assert!(tls::acceptor(&settings(certificate, key)).is_err(), "{certificate} {key}");
    }
    let acceptor = tls::acceptor(&settings("server.pem", "server.key")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let node = desk.node.clone();
    let (port, served) = runtime.block_on(async {
        let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stop = async { drop(stopped.await) };
        let with = WithTls { listener, acceptor };
        (port, tokio::spawn(serve(node, plain, Some(with), stop)))
    });
    let ask = |shown: Option<&(String, String)>, authorization: Option<String>| {
        let client = shown.map(|(pem, key)| {
            let pem = Certificate::from_pem(pem.as_bytes()).unwrap();
            ClientCert::new_with_certs(&[pem], PrivateKey::from_pem(key.as_bytes()).unwrap())
        });
        let roots = RootCerts::new_with_certs(&[Certificate::from_pem(server.as_bytes()).unwrap()]);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .tls_config(TlsConfig::builder().root_certs(roots).client_cert(client).build())
            .build()
            .into();
        let mut request = agent.get(format!("https://localhost:{port}/taxii2/"));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.call().unwrap().status().as_u16()
    };
    assert_eq!(ask(Some(&bound), None), 200);
    assert_eq!(ask(Some(&stranger), None), 401);
    assert_eq!(ask(None, None), 401);
    assert_eq!(ask(None, Some(format!("Bearer {}", token("ALBA")))), 200);
    desk.write("Liaison", |tx, ctx| credentials::revoke(tx, ctx, "ALBA", Some(&id))).unwrap();
    assert_eq!(ask(Some(&bound), None), 401);
    // Something that is not TLS disturbs nobody.
    drop(std::net::TcpStream::connect(("127.0.0.1", port)).unwrap());
    assert_eq!(ask(None, Some(format!("Bearer {}", token("ALBA")))), 200);
    stop.send(()).unwrap();
    runtime.block_on(served).unwrap().unwrap();
}
