//! Fetches files from the archives of vendors, and only when a person asks for it. Nothing that comes is believed here:
//! whoever asks compares it with what was signed.

mod names;

use names::Names;
use std::cell::{Cell, RefCell};
use std::io::Read;
use std::time::{Duration, Instant};
use ureq::unversioned::transport::DefaultConnector;

/// How long a server may take to be reached, and to begin its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Archives lead to mirrors, and these to others of their machines.
const MAX_REDIRECTS: u32 = 5;
/// Bytes of the lines before the content.
const MAX_HEADERS: usize = 32 << 10;
/// Slower than this, in bytes a second, a server holds keeneye up.
const SLOWEST: u64 = 20_000;

/// Fetches by plain HTTP, within a time for all of it. No proxy is asked: not the environment's, nor that of the host that
/// is looked at.
pub struct Fetcher {
    agent: ureq::Agent,
    end: Instant,
    bytes: Cell<u64>,
    trouble: RefCell<Option<String>>,
}

impl Fetcher {
    /// Everything has to be there within `time`.
    pub fn new(time: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .max_redirects(MAX_REDIRECTS)
            .max_response_header_size(MAX_HEADERS)
            .timeout_connect(Some(PATIENCE))
            .timeout_resolve(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .user_agent(concat!("keeneye/", env!("CARGO_PKG_VERSION")))
            .build();
        let now = Instant::now();
        let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), Names);
        Self { agent, end: now.checked_add(time).unwrap_or(now), bytes: Cell::default(), trouble: RefCell::default() }
    }

    /// The content behind an address. Reading more than `limit` bytes of it fails, as does reading when the time is over.
    /// The error is a sentence.
    pub fn open(&self, address: &str, limit: u64) -> Result<impl Read + use<'_>, String> {
        if !address.starts_with("http://") {
            return Err("it is not fetched: keeneye speaks plain HTTP, and signatures do the rest".into());
        }
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err("the time for fetching was over".into());
        }
        let time = left.min(PATIENCE * 2 + Duration::from_secs(limit / SLOWEST));
        let request = self.agent.get(address).config().timeout_global(Some(time)).build();
        let response = request.call().map_err(|why| why.to_string())?;
        let body = response.into_body().into_with_config().limit(limit).reader();
        self.trouble.take();
        Ok(Counting { body, of: self })
    }

    /// The whole content behind an address.
    pub fn get(&self, address: &str, limit: u64) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        self.open(address, limit)?.read_to_end(&mut bytes).map_err(|why| why.to_string())?;
        Ok(bytes)
    }

    /// What ended the content that was opened last before its end: for readers that only know that it ended.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.take()
    }

    /// Bytes of content that came so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.get()
    }
}

struct Counting<'a, R> {
    body: R,
    of: &'a Fetcher,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.body.read(buffer);
        match &read {
            Ok(bytes) => self.of.bytes.set(self.of.bytes.get() + *bytes as u64),
            Err(why) => drop(self.of.trouble.replace(Some(why.to_string()))),
        }
        read
    }
}
