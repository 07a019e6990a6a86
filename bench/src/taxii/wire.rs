//! A client that keeps its connection and costs little, so that the server is what is measured.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// One kept connection.
pub struct Wire {
    stream: BufReader<TcpStream>,
    host: String,
    authorization: String,
    head: String,
    line: String,
    /// The server ends the connection after each answer.
    ends: bool,
}

/// What came back.
#[derive(Debug, Default)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// `X-TAXII-Date-Added-Last`, if it was there.
    pub last: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects to `host:port`.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub fn connect(host: &str, authorization: &str) -> io::Result<Self> {
        let (stream, host) = (opened(host)?, host.to_owned());
        let authorization = authorization.to_owned();
        Ok(Self { stream, host, authorization, head: String::new(), line: String::new(), ends: false })
    }

    /// Sends one request and reads the whole answer into `reply`.
    ///
    /// # Errors
    ///
    /// Those of the socket, and what is no HTTP.
    pub fn ask(&mut self, method: &str, path: &str, body: &[u8], reply: &mut Reply) -> io::Result<()> {
        if self.ends {
            self.stream = opened(&self.host)?;
        }
        self.head.clear();
        let _ = write!(
            self.head,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: {}\r\naccept: application/taxii+json;version=2.1\r\n",
            self.host, self.authorization
        );
        if method == "POST" {
            let kind = "content-type: application/taxii+json;version=2.1";
            let _ = write!(self.head, "{kind}\r\ncontent-length: {}\r\n", body.len());
        }
        self.head.push_str("\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(self.head.as_bytes())?;
        stream.write_all(body)?;
        self.read(reply)
    }

    fn read(&mut self, reply: &mut Reply) -> io::Result<()> {
        let odd = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        self.line.clear();
        self.stream.read_line(&mut self.line)?;
        let status = self.line.split(' ').nth(1).and_then(|word| word.parse().ok());
        reply.status = status.ok_or_else(|| odd("no status"))?;
        self.ends = self.line.starts_with("HTTP/1.0");
        (reply.last, reply.body) = (None, std::mem::take(&mut reply.body));
        let (mut length, mut chunked) = (0, false);
        loop {
            self.line.clear();
            self.stream.read_line(&mut self.line)?;
            let Some((name, value)) = self.line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(|_| odd("no length"))?,
                "connection" => self.ends = value.trim().eq_ignore_ascii_case("close"),
                "transfer-encoding" => chunked = value.trim() == "chunked",
                "x-taxii-date-added-last" => reply.last = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        reply.body.clear();
        if !chunked {
            reply.body.resize(length, 0);
            return self.stream.read_exact(&mut reply.body);
        }
        loop {
            self.line.clear();
            self.stream.read_line(&mut self.line)?;
            let size = usize::from_str_radix(self.line.trim(), 16).map_err(|_| odd("no chunk"))?;
            let from = reply.body.len();
            reply.body.resize(from + size, 0);
            self.stream.read_exact(reply.body.get_mut(from..).unwrap_or_default())?;
            self.line.clear();
            self.stream.read_line(&mut self.line)?;
            if size == 0 {
                return Ok(());
            }
        }
    }
}

fn opened(host: &str) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(host)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(256 << 10, stream))
}

/// Finds a text field near the beginning of a body without reading all of it.
pub fn field(body: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..body.len().min(2_000))?);
    let rest = text.split_once(&format!("\"{name}\":"))?.1.trim_start().strip_prefix('"')?;
    rest.split('"').next().map(str::to_owned)
}
