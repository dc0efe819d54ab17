//! `keeneye baseline keygen`, `sign` and `verify`.

use super::{by_name, newest, rolled_back, verified};
use crate::cli::Which;
use crate::output::{complain, print};
use anyhow::{Context, Result, bail, ensure};
use keeneye_store::Baselines;
use keeneye_world::baseline::{PublicKey, SecretKey, words};
use std::path::Path;

/// Bytes that a key's file may have.
const MAX_KEY: u64 = 4096;

/// Makes a pair of keys.
pub(super) fn make(file: &Path) -> Result<u8> {
    let seed = keeneye_live::random_key().context("the kernel gives no random numbers")?;
    let secret = SecretKey::new(&seed);
    let mut public = file.as_os_str().to_owned();
    public.push(".pub");
    let public = Path::new(&public);
    for (path, line) in [(file, secret.line()), (public, secret.public().line())] {
        keeneye_store::write_fresh_file(path, line.as_bytes())?;
    }
    let (file, public) = (file.display(), public.display());
    print(format!("{file} signs: keep it away from the hosts that it signs for\n{public} verifies\n"))?;
    Ok(crate::judge::NOTHING)
}

/// Appends a signature to a baseline.
pub(super) fn sign(which: &Which) -> Result<u8> {
    let text = key(&which.key)?;
    let secret = SecretKey::parse(&text)
        .with_context(|| format!("{} holds no key that signs: keeneye baseline keygen", which.key.display()))?;
    let baselines = super::baselines(&which.place);
    let name = name(which, &baselines)?;
    let (header, end) = verified(by_name(&name, &baselines)?).with_context(|| format!("cannot use {name}"))?;
    ensure!(end.signature.is_none(), "baseline {} is signed already", header.counter);
    let path = match name.parse() {
        Ok(number) => baselines.path(number),
        Err(_) => name.clone().into(),
    };
    keeneye_store::append(&path, &secret.sign(&end.hash).to_bytes())?;
    print(format!("baseline {} was signed · {}\n", header.counter, words(&end.hash)))?;
    Ok(crate::judge::NOTHING)
}

/// Says whether a baseline is whole and signed by this key; 1 when not.
pub(super) fn verify(which: &Which) -> Result<u8> {
    let text = key(&which.key)?;
    let public = PublicKey::parse(&text).with_context(|| {
        format!("{} holds no key that verifies: it is the file that ends in .pub", which.key.display())
    })?;
    let baselines = super::baselines(&which.place);
    if which.which.is_none() {
        let newest = newest(&baselines)?;
        if let Some(remark) = rolled_back(&baselines, newest.as_ref().map(|(_, header, _)| header))? {
            complain(&remark);
            return Ok(crate::judge::FINDINGS);
        }
    }
    let name = name(which, &baselines)?;
    let (header, end) = verified(by_name(&name, &baselines)?).with_context(|| format!("cannot use {name}"))?;
    let (good, said) = match &end.signature {
        None => (false, "is not signed"),
        Some(signature) if signature.is_good(&end.hash, &public) => (true, "is whole and signed by this key"),
        Some(_) => (false, "is not signed by this key"),
    };
    print(format!("baseline {} {said} · {}\n", header.counter, words(&end.hash)))?;
    Ok(if good { crate::judge::NOTHING } else { crate::judge::FINDINGS })
}

fn name(which: &Which, baselines: &Baselines) -> Result<String> {
    match &which.which {
        Some(name) => Ok(name.clone()),
        None => match baselines.numbers()?.last() {
            Some(number) => Ok(number.to_string()),
            None => bail!("there is no baseline yet: keeneye baseline learn"),
        },
    }
}

fn key(path: &Path) -> Result<String> {
    let bytes = keeneye_live::read_own_file(path, MAX_KEY);
    let bytes = bytes.with_context(|| format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is not text", path.display()))
}
