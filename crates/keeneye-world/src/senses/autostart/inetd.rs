//! Services that inetd(8) and xinetd(8) start when somebody connects.

use super::places::{self, Place};
use super::programs::{self, Shell};
use super::{entry, unit};
use crate::{Look, World};
use bstr::ByteSlice;
use keeneye_facts::{Autostart, AutostartKind, Refusal, Text};

/// Lines that are read of one file.
const MAX_LINES: usize = 5_000;

pub(super) fn look(look: &mut Look<'_>, _: &World) {
    let mut tables: Vec<Place> = places::file(look, &Text::from("/etc/inetd.conf")).into_iter().collect();
    tables.extend(places::files(look, "/etc/inetd.d"));
    for place in tables {
        let Some(text) = look.optional_read_lines(&place.target, MAX_LINES) else { continue };
        let mut garbled = super::cron::Table::default();
        for (index, line) in text.lines().enumerate().take(MAX_LINES) {
            let (number, line) = (entry::line_number(index), line.trim_ascii());
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            match service(line) {
                Some(service) => tell(look, &place, Service { line: number, ..service }),
                None => garbled.garbled(number),
            }
        }
        if let Some((line, more)) = garbled.garbled {
            look.gap(place.target, Refusal::Garbled(format!("line {line} is no service, and {more} more")));
        }
    }
    let mut files: Vec<Place> = places::file(look, &Text::from("/etc/xinetd.conf")).into_iter().collect();
    files.extend(places::files(look, "/etc/xinetd.d"));
    for place in files {
        let Some(text) = look.optional_read_lines(&place.target, MAX_LINES) else { continue };
        for service in xinetd(&text) {
            tell(look, &place, service);
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Service {
    line: u32,
    name: Text,
    user: Option<Text>,
    command: Vec<Text>,
    off: bool,
}

fn tell(look: &mut Look<'_>, place: &Place, service: Service) {
    let named = programs::of_words(&service.command, &Shell::default());
    let entry = Autostart {
        kind: AutostartKind::Inetd,
        path: place.target.clone(),
        line: Some(service.line),
        name: service.name,
        user: service.user,
        command: Text::from(bstr::join(" ", service.command)),
        dormant: service.off,
        ..Autostart::default()
    };
    entry::saw(look, entry, named);
}

/// `ftp stream tcp nowait root /usr/sbin/tcpd in.ftpd -l`: the server's first argument is its own name, but that of
/// tcpd is the program behind it. `internal` is no program.
fn service(line: &[u8]) -> Option<Service> {
    let words: Vec<&[u8]> = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let [name, _, _, _, user, server, arguments @ ..] = words.as_slice() else { return None };
    let named = usize::from(!server.ends_with(b"tcpd"));
    let mut command = vec![Text::from(*server)];
    command.extend(arguments.iter().skip(named).map(|word| Text::from(*word)));
    let user = user.split(|b| b".:/".contains(b)).next().map(Text::from);
    Some(Service { name: Text::from(*name), user, off: *server == b"internal", command, line: 1 })
}

/// `service NAME { server = /usr/sbin/x  server_args = -a }`.
fn xinetd(text: &[u8]) -> Vec<Service> {
    let mut services = Vec::new();
    let mut open: Option<Service> = None;
    for (index, line) in text.lines().enumerate().take(MAX_LINES) {
        let line = line.trim_ascii();
        if let Some(name) =
            line.strip_prefix(b"service").filter(|rest| rest.starts_with(b" ") || rest.starts_with(b"\t"))
        {
            let name = name.trim_ascii().trim_end_with(|c| c == '{' || c == ' ');
            open = Some(Service { name: Text::from(name), line: entry::line_number(index), ..Service::default() });
        } else if line.starts_with(b"}") {
            services.extend(open.take().filter(|service| !service.command.is_empty()));
        } else if let Some((service, (key, value))) = open.as_mut().zip(line.split_once_str("=")) {
            let value = value.trim_ascii();
            match key.trim_ascii().trim_end_with(|c| c == '+') {
                b"server" => service.command.splice(..0, unit::words(value)).for_each(drop),
                b"server_args" => service.command.extend(unit::words(value)),
                b"user" => service.user = Some(Text::from(value)),
                b"disable" => service.off = value == b"yes",
                _ => (),
            }
        }
    }
    services
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn services_of_inetd() {
        let told = service(b"ftp stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.ftpd -l").unwrap();
        assert_eq!(told.command, ["/usr/sbin/tcpd", "/usr/sbin/in.ftpd", "-l"].map(Text::from));
        let told = service(b"x stream tcp nowait nobody.nogroup /bin/sh sh -i").unwrap();
        assert_eq!((told.command, told.user), (["/bin/sh", "-i"].map(Text::from).to_vec(), Some("nobody".into())));
        assert!(service(b"daytime dgram udp wait root internal").unwrap().off);
        assert_eq!(service(b"ftp stream tcp"), None);
    }
    #[test]
    fn services_of_xinetd() {
        let text = b"service x\n{\n  disable = no\n  server_args = -i \"a b\"\n  server = /bin/sh\n  user = root\n}\nservice y {\n}\n";
        let told = xinetd(text);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].command, ["/bin/sh", "-i", "a b"].map(Text::from));
        assert_eq!((told[0].line, told[0].off, told[0].name.clone()), (1, false, "x".into()));
    }
    #[test]
    fn mutated_services_never_panic() {
        let real: &[u8] =
            b"service ftp\n{\n\tdisable = no\n\tsocket_type = stream\n\tserver = /usr/sbin/vsftpd\n\tuser = root\n}\n";
        crate::mutate::check(&[real], |bytes| {
            bytes.lines().for_each(|line| drop(service(line)));
            !xinetd(bytes).is_empty()
        });
    }
}
