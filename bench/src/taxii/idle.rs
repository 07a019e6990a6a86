//! A server that reads a request and writes the same answer each time: what the client and the sockets
//! cost by themselves. No server on this machine can be asked faster by this client.

use super::load::Target;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

/// Starts one, a thread a connection, that answers with `bytes` bytes until the bench ends.
///
/// # Errors
///
/// Those of the socket.
pub fn start(bytes: usize) -> io::Result<Target> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let host = listener.local_addr()?.to_string();
    let kind = "content-type: application/taxii+json;version=2.1\r\ncache-control: no-store";
    let answer = format!("HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {bytes}\r\n\r\n{}", " ".repeat(bytes));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // A client that leaves ends its thread with an error.
            std::thread::spawn(move || repeat(stream, answer.as_bytes()));
        }
    });
    Ok(Target { hosts: vec![host], authorization: "Basic QTpC".to_owned(), objects: "/objects/".to_owned() })
}

fn repeat(stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut stream, mut line) = (BufReader::new(stream), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line == "\r\n" {
            stream.get_mut().write_all(answer)?;
        }
    }
}
