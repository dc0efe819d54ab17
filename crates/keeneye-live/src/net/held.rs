//! The port of a socket that a process holds, asked of the socket itself.

use crate::refused;
use keeneye_facts::Refusal;
use keeneye_world::{Answer, Reply};
use rustix::io::Errno;
use rustix::net::sockopt::socket_protocol;
use rustix::net::{getsockname, ipproto};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use std::net::SocketAddr;

/// A duplicate of the descriptor is asked for its name and closed again, which the process does not notice.
pub(crate) fn port(pid: u32, fd: u32) -> Reply {
    let numbers = (i32::try_from(pid).ok().and_then(Pid::from_raw), i32::try_from(fd));
    let (Some(pid), Ok(fd)) = numbers else { return Err(refused(Errno::INVAL)) };
    let process = pidfd_open(pid, PidfdFlags::empty()).map_err(refused)?;
    let held = pidfd_getfd(&process, fd, PidfdGetfdFlags::empty()).map_err(refused)?;
    let is_tcp = match socket_protocol(&held) {
        Ok(protocol) => protocol == Some(ipproto::TCP),
        Err(Errno::NOTSOCK) => false,
        Err(errno) => return Err(refused(errno)),
    };
    if !is_tcp {
        return Ok(Answer::Ports(Vec::new()));
    }
    let name = getsockname(&held).map_err(refused)?;
    let end = SocketAddr::try_from(name).map_err(|_| Refusal::Garbled("not an internet address".into()))?;
    Ok(Answer::Ports(Some(end.port()).filter(|port| *port != 0).into_iter().collect()))
}
