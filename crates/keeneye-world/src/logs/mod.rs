//! Lines of text logs: who came in, who became somebody else, which accounts were changed, and what failed.
//!
//! Pure and without copies: a line is bytes, and what it says borrows from it. Each program has the grammar of its own
//! source. Text that an attacker chooses, names above all, is everywhere, so an address is read from the side on which
//! nothing of his stands; a line that can be read in two ways has none.

mod account;
pub mod audit;
mod bytes;
mod console;
mod cron;
mod digits;
mod dropbear;
mod ends;
mod ftp;
mod heads;
mod kept;
mod line;
mod mail;
mod pam;
mod peer;
mod peers;
mod said;
mod short;
mod split;
mod sshd;
mod stamp;
mod switch;
mod system;
pub mod tally;
mod vpn;
mod year;

pub use line::Head;
pub use peers::Peers;
pub use said::{Change, Line, Said};
pub use sshd::{Peer, is_sshd};
pub use stamp::{Stamp, When};
pub use year::{Moment, Resolver, Years};

/// Reads a line without its end. `None` for a line without a head; a line that says nothing of interest has no `said`.
pub fn parse(line: &[u8]) -> Option<Line<'_>> {
    parse_known(line, None)
}

/// Like [`parse`], with what another line of the same process of sshd said of the peer.
pub fn parse_known<'a>(line: &'a [u8], known: Option<Peer<'_>>) -> Option<Line<'a>> {
    let head = Head::read(line)?;
    Some(Line { said: said_by(head.program, head.message, known), head })
}

/// What a message of a program says. For sshd, a message that is known and tells nothing has the kind `Other`, so that
/// the share of the recognised can be counted; for other programs `None` may mean either.
#[inline]
pub fn said_by<'a>(program: &[u8], message: &'a [u8], known: Option<Peer<'_>>) -> Option<Said<'a>> {
    if is_sshd(program) {
        return sshd::said(message, known);
    }
    if matches!(message.first(), Some(b'p' | b'(' | b'a'))
        && let Some(said) = pam::said(message)
    {
        return Some(if switch::asks(program) { switch::of_pam(said) } else { said });
    }
    match program {
        b"sudo" => switch::sudo(message),
        b"su" | b"su-l" => switch::su(message),
        b"doas" => switch::doas(message),
        b"pkexec" => switch::pkexec(message),
        b"polkitd" | b"polkit-agent-helper-1" => switch::polkitd(message),
        b"login" | b"remote" => console::login(message),
        b"systemd-logind" => console::logind(message),
        b"CRON" | b"cron" | b"crond" | b"CROND" | b"crontab" | b"atd" | b"/USR/SBIN/CRON" => cron::said(message),
        b"useradd" | b"usermod" | b"userdel" | b"groupadd" | b"groupmod" | b"groupdel" | b"gpasswd" | b"passwd"
        | b"chpasswd" | b"chage" | b"chfn" | b"chsh" | b"newusers" | b"adduser" | b"groupmems" => {
            account::said(message)
        }
        b"dropbear" => dropbear::said(message),
        b"vsftpd" => ftp::vsftpd(message),
        b"proftpd" => ftp::proftpd(message),
        b"pure-ftpd" => ftp::pure_ftpd(message),
        b"dovecot" => mail::dovecot(message),
        b"exim" | b"exim4" => mail::exim(message),
        b"openvpn" | b"ovpn-server" => vpn::openvpn(message),
        b"kernel" => system::kernel(message),
        b"auditd" => system::auditd(message),
        b"systemd" => system::systemd(message),
        b"smartd" | b"mdadm" => system::disk_watch(message),
        b"rsyslogd" | b"systemd-journald" | b"syslog-ng" | b"syslogd" => system::log_writer(message),
        b"chronyd" | b"ntpd" | b"systemd-timedated" => system::clock(message),
        _ if mail::is_postfix(program) => mail::postfix(message),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
