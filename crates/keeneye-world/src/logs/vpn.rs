//! OpenVPN: `ADDRESS:PORT TEXT` before a client has a name, `NAME/ADDRESS:PORT TEXT` after.

use super::Said;
use super::line::word;
use super::peer;
use keeneye_facts::LogKind;

/// Logins to OpenVPN; what is read stands before anything that was typed.
pub(super) fn openvpn(text: &[u8]) -> Option<Said<'_>> {
    let (who, rest) = word(text);
    let (name, address) = match memchr::memrchr(b'/', who).and_then(|at| who.split_at_checked(at)) {
        Some((name, address)) => (Some(name), address.get(1..)?),
        None => (None, who),
    };
    let (from, port) = peer::with_colon(address).filter(|(_, port)| port.is_some())?;
    let said = Said { user: name, from: Some(from), port, ..Said::default() };
    if rest.starts_with(b"TLS Auth Error")
        || rest.starts_with(b"SENT CONTROL [") && rest.ends_with(b"'AUTH_FAILED' (status=1)")
    {
        return Some(Said { kind: LogKind::Failed, ..said });
    }
    if rest.starts_with(b"TLS Error: TLS handshake failed") || rest.starts_with(b"VERIFY ERROR") {
        return Some(Said { kind: LogKind::Probed, ..said });
    }
    let peer =
        rest.strip_prefix(b"[").filter(|_| memchr::memmem::find(rest, b"] Peer Connection Initiated with ").is_some());
    let name = peer.and_then(|rest| rest.get(..memchr::memchr(b']', rest)?));
    match name {
        Some(name) => Some(Said { kind: LogKind::Accepted, ..said.user(name) }),
        None => Some(said),
    }
}
