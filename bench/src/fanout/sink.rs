//! Receivers on this machine that take everything and count it: a mail server and a webhook.
//!
//! They speak as much of the protocol as the client libraries use, one thread a connection, and keep
//! nothing but the count and the recipients' addresses as hashes, so that what was sent twice is seen.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What a receiver took.
#[derive(Default)]
pub struct Taken {
    /// How many messages.
    pub messages: usize,
    /// Over how many connections.
    pub connections: usize,
    /// Whom or what they were for, by eight bytes of a hash.
    pub of: BTreeSet<[u8; 8]>,
}

/// A receiver that listens on 127.0.0.1 until the process ends.
pub struct Sink {
    /// Where it listens.
    pub port: u16,
    taken: Arc<Mutex<Taken>>,
}

impl Sink {
    /// Starts a mail server: SMTP without TLS.
    ///
    /// # Errors
    ///
    /// If the machine gives no port.
    pub fn mail() -> io::Result<Self> {
        Self::start(mail)
    }

    /// Starts a webhook: HTTP/1.1 with kept connections.
    ///
    /// # Errors
    ///
    /// If the machine gives no port.
    pub fn webhook() -> io::Result<Self> {
        Self::start(webhook)
    }

    fn start(serve: fn(TcpStream, &Mutex<Taken>) -> io::Result<()>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let taken = Arc::new(Mutex::new(Taken::default()));
        let kept = Arc::clone(&taken);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let taken = Arc::clone(&kept);
                lock(&taken).connections += 1;
                // A client that hangs up ends its thread; the count tells whether anything was lost.
                thread::spawn(move || drop(serve(stream, &taken)));
            }
        });
        Ok(Self { port, taken })
    }

    /// Returns what was taken since the last call: messages, different ones, connections.
    pub fn take(&self) -> Taken {
        std::mem::take(&mut *lock(&self.taken))
    }
}

fn mail(stream: TcpStream, taken: &Mutex<Taken>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut out, mut lines) = (stream.try_clone()?, BufReader::new(stream));
    out.write_all(b"220 sink.test ESMTP\r\n")?;
    let (mut line, mut to) = (String::new(), String::new());
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match word.as_str() {
            "EHLO" => out.write_all(b"250-sink.test\r\n250 8BITMIME\r\n")?,
            "RCPT" => {
                line.clone_into(&mut to);
                out.write_all(b"250 2.1.5 fine\r\n")?;
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                loop {
                    line.clear();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                }
                count(taken, to.as_bytes());
                out.write_all(b"250 2.0.0 taken\r\n")?;
            }
            "QUIT" => {
                out.write_all(b"221 2.0.0 bye\r\n")?;
                return Ok(());
            }
            _ => out.write_all(b"250 2.0.0 fine\r\n")?,
        }
    }
}

fn webhook(stream: TcpStream, taken: &Mutex<Taken>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut out, mut lines) = (stream.try_clone()?, BufReader::new(stream));
    let (mut line, mut body) = (String::new(), Vec::new());
    loop {
        let (mut length, mut path) = (0_usize, String::new());
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line == "\r\n" {
                break;
            }
            if path.is_empty() {
                line.clone_into(&mut path);
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        if length > BODY_MAX {
            return Err(io::Error::other("a longer body than anybody here sends"));
        }
        body.resize(length, 0);
        lines.read_exact(&mut body)?;
        count(taken, path.as_bytes());
        out.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
    }
}

fn count(taken: &Mutex<Taken>, of: &[u8]) {
    let hash: [u8; 32] = Sha256::digest(of).into();
    let mut short = [0; 8];
    short.copy_from_slice(hash.split_at(8).0);
    let mut taken = lock(taken);
    taken.messages += 1;
    taken.of.insert(short);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const BODY_MAX: usize = 1 << 20;
