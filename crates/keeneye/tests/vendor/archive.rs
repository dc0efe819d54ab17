//! A small archive of packages on this very machine, by HTTP.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What comes for a path.
#[derive(Clone)]
pub(crate) enum Comes {
    File(Vec<u8>),
    /// The length of all, but only the first bytes.
    Cut(Vec<u8>, usize),
    /// Bytes without end.
    Endless,
    /// A byte now and again.
    Slowly(Vec<u8>),
    /// Go elsewhere.
    Elsewhere(String),
}

pub(crate) struct Archive {
    pub(crate) address: String,
    files: Arc<Mutex<HashMap<String, Comes>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Archive {
    /// Answers until the test ends.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of our own");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let archive = Self { address, files: Arc::default(), asked: Arc::default() };
        let (files, asked) = (Arc::clone(&archive.files), Arc::clone(&archive.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (files, asked) = (Arc::clone(&files), Arc::clone(&asked));
                std::thread::spawn(move || {
                    // Whoever asks may hang up.
                    answer(stream, &files, &asked).ok();
                });
            }
        });
        archive
    }
    pub(crate) fn has(&self, path: &str, comes: Comes) {
        self.files.lock().expect("no test panicked with it").insert(path.to_owned(), comes);
    }
    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panicked with it").clone()
    }
}

fn answer(
    mut stream: TcpStream,
    files: &Mutex<HashMap<String, Comes>>,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("no test panicked with it").push(path.clone());
    let comes = files.lock().expect("no test panicked with it").get(&path).cloned();
    let mut head = |status: &str, more: &str| write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{more}\r\n");
    match comes {
        None => head("404 Not Found", "Content-Length: 0\r\n"),
        Some(Comes::Elsewhere(to)) => head("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n")),
        Some(Comes::File(bytes)) => {
            head("200 OK", &format!("Content-Length: {}\r\n", bytes.len()))?;
            stream.write_all(&bytes)
        }
        Some(Comes::Cut(bytes, most)) => {
            head("200 OK", &format!("Content-Length: {}\r\n", bytes.len()))?;
            stream.write_all(&bytes[..most])
        }
        Some(Comes::Endless) => {
            head("200 OK", "")?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        Some(Comes::Slowly(bytes)) => {
            head("200 OK", &format!("Content-Length: {}\r\n", bytes.len()))?;
            for byte in bytes {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(500));
            }
            Ok(())
        }
    }
}
