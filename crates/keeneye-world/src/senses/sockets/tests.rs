use super::*;
use crate::fixture::Fixture;
use crate::scan;
use std::cell::RefCell;

fn sockets(text: &str) -> Vec<Socket> {
    scan(&Fixture::new(text), &Plan::default()).sockets.into_values().collect()
}
#[track_caller]
fn only(text: &str) -> Socket {
    let found = sockets(text);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn a_listener_is_seen_by_every_way_and_joined_with_its_holder() {
    for address in ["0.0.0.0:31337", "[::]:31337"] {
        let socket = only(&format!("process 41 start=900 exe=/x\nlisten tcp {address} inode=77 pid=41 fd=3 uid=33"));
        assert_eq!((socket.protocol, socket.state), (Protocol::Tcp, SocketState::Listening));
        assert_eq!(socket.local.unwrap().port, 31337);
        assert_eq!((socket.inode, socket.uid, socket.remote), (77, 33, None));
        assert_eq!(socket.owners, [(ProcessId { pid: 41, start: 900 }, 3)]);
        assert_eq!(socket.seen.by, [Way::SockDiag, Way::ProcNet, Way::Bind, Way::Fd].into());
        assert_eq!(socket.seen.not_by, BTreeSet::new());
    }
}

#[test]
fn both_views_spell_connections_alike() {
    for ends in
        ["10.0.0.5:5000 51.0.0.1:443", "[fe80::1]:5000 [2001:db8::2]:443", "[::ffff:10.0.0.5]:50 [::ffff:1.2.3.4]:4"]
    {
        let socket = only(&format!("connect tcp {ends}"));
        assert_eq!(socket.state, SocketState::Established);
        assert!(socket.remote.is_some());
        assert_eq!(socket.seen.by, [Way::SockDiag, Way::ProcNet, Way::Bind].into(), "{ends}");
    }
}

#[test]
fn a_bound_socket_is_missed_by_the_table_and_that_is_no_difference() {
    let socket = only("bound tcp 0.0.0.0:4444");
    assert_eq!(socket.state, SocketState::Bound);
    assert_eq!(socket.seen.by, [Way::SockDiag, Way::Bind].into());
    assert_eq!(socket.seen.not_by, BTreeSet::new());
}

#[test]
fn a_view_that_withholds_a_socket_each_time_is_named() {
    let from_table = only("listen tcp 0.0.0.0:31337 hidden-from=proc-net");
    assert_eq!(from_table.seen.not_by, [Way::ProcNet].into());
    let from_dump = only("listen udp 0.0.0.0:31337 hidden-from=sock-diag");
    assert_eq!(from_dump.seen.not_by, [Way::SockDiag].into());
    assert_eq!(sockets("listen udp 0.0.0.0:0 hidden-from=sock-diag"), [], "it is being bound");
    let packet = only("packet protocol=3 filter hidden-from=proc-net");
    assert_eq!(packet.seen.not_by, [Way::ProcNet].into());
}

#[test]
fn packet_raw_and_local_sockets() {
    let packet = only("packet protocol=888e interface=2 filter inode=5").packet.unwrap();
    assert_eq!((packet.protocol, packet.interface, packet.filter), (0x888e, 2, Some(true)));
    let raw = only("raw protocol=1 inode=5");
    assert_eq!(raw.packet.unwrap().protocol, 1);
    assert_eq!(raw.local.unwrap().port, 0);
    let unix = only("unix @/tmp/.X11-unix/X0 listen inode=5");
    assert_eq!((unix.name, unix.state), ("@/tmp/.X11-unix/X0".into(), SocketState::Listening));
    assert_eq!(unix.seen.by, [Way::SockDiag, Way::ProcNet].into());
}

#[test]
fn a_line_end_in_a_name_forges_no_socket() {
    let forged = r"unix @a\n0:\x2000000002\x2000000000\x2000010000\x200001\x2001\x20666\x20/evil inode=5";
    assert_eq!(only(forged).inode, 5);
}

/// What this sense could not see.
fn gaps(world: &World) -> Vec<&keeneye_facts::Gap> {
    world.gaps.iter().filter(|gap| gap.sense == "sockets").collect()
}
fn hidden(host: &dyn Host) -> (Vec<(u64, Protocol, u16)>, Vec<String>) {
    let world = scan(host, &Plan::default());
    let gaps = gaps(&world).iter().map(|gap| gap.what.lossy().into_owned()).collect();
    (world.hidden_ports, gaps)
}
const NEW: &str = "/proc/sys/kernel/osrelease = 6.8.0-31-generic\n";

#[test]
fn a_port_in_use_that_no_socket_explains() {
    let host = Fixture::new(&format!("{NEW}inuse tcp 4444\ninuse udp 53\nlisten udp 127.0.0.1:53"));
    let (found, gaps) = hidden(&host);
    assert_eq!(found.iter().map(|(_, p, n)| (*p, *n)).collect::<Vec<_>>(), [(Protocol::Tcp, 4444)]);
    assert_eq!(gaps, Vec::<String>::new());
}

#[test]
fn every_state_explains_a_port() {
    let host = format!(
        "{NEW}inuse tcp 1\ninuse tcp 2\ninuse tcp 3\nlisten tcp 0.0.0.0:1 hidden-from=sock-diag\n\
         bound tcp 10.0.0.1:2\nconnect tcp 10.0.0.1:3 10.0.0.2:4 inode=0"
    );
    assert_eq!(hidden(&Fixture::new(&host)).0, []);
}

const OLD: &str = "/proc/sys/kernel/osrelease = 6.1.0-18-amd64\n";

#[test]
fn on_a_kernel_that_lists_no_bound_sockets_their_holders_are_asked() {
    let bound = format!("{OLD}process 41 exe=/x\nbound tcp 0.0.0.0:4444 pid=41 inode=77 hidden-from=all");
    let world = scan(&Fixture::new(&bound), &Plan::default());
    let socket = world.sockets.values().next().unwrap();
    assert_eq!((socket.state, socket.local.unwrap().port), (SocketState::Bound, 4444));
    assert_eq!(socket.seen.by, [Way::Bind, Way::Fd].into());
    assert_eq!(socket.owners[0].0.pid, 41);
    assert_eq!((world.hidden_ports.len(), gaps(&world).len()), (0, 0));
}

#[test]
fn a_port_that_no_holder_explains_is_hidden_on_such_a_kernel_too() {
    let other = format!("{OLD}inuse tcp 4444\nprocess 41 exe=/x\nbound tcp 0.0.0.0:5555 pid=41 hidden-from=all");
    let (found, gaps) = hidden(&Fixture::new(&other));
    assert_eq!((found.len(), found[0].2, gaps.len()), (1, 4444, 0));
}

#[test]
fn a_holder_that_cannot_be_asked_leaves_a_gap() {
    let mut host = Fixture::new(&format!("{OLD}inuse tcp 4444\nprocess 41 exe=/x\nfd 41 5 socket:[88]"));
    host.say(Question::HeldPort { pid: 41, fd: 5 }, Err(Refusal::Errno(38)));
    let (found, gaps) = hidden(&host);
    assert_eq!((found.len(), gaps.len()), (0, 1), "{gaps:?}");
    assert!(ports::lists_bound_sockets(&"6.8.0".into()) && ports::lists_bound_sockets(&"7.0-rc1".into()));
    assert!(!ports::lists_bound_sockets(&"5.15.0-101-generic".into()) && !ports::lists_bound_sockets(&"".into()));
}

/// Answers the same question differently from one time to the next.
struct Changing {
    base: Fixture,
    replies: RefCell<BTreeMap<Question, Vec<crate::Reply>>>,
}
impl Host for Changing {
    fn ask(&self, question: &Question) -> crate::Reply {
        let next = self.replies.borrow_mut().get_mut(question).and_then(Vec::pop);
        next.unwrap_or_else(|| self.base.ask(question))
    }
}

#[test]
fn what_changes_between_the_views_is_no_difference() {
    let own = Fixture::new("");
    let net = scan(&own, &Plan::default()).net_namespaces[0].clone();
    let question = Question::SockDiag { net: net.clone(), family: 2, protocol: 6 };
    let full = Fixture::new("listen tcp 0.0.0.0:31337 hidden-from=proc-net");
    let once = own.ask(&question);
    let host = Changing { base: full, replies: RefCell::new([(question, vec![once.clone(), full_dump(&net)])].into()) };
    let socket = scan(&host, &Plan::default()).sockets.into_values().next().unwrap();
    assert_eq!(socket.seen.not_by, BTreeSet::new(), "it was gone in the second dump");
}
fn full_dump(net: &NetNamespace) -> crate::Reply {
    let full = Fixture::new("listen tcp 0.0.0.0:31337 hidden-from=proc-net");
    full.ask(&Question::SockDiag { net: net.clone(), family: 2, protocol: 6 })
}

#[test]
fn a_port_that_is_in_use_once_only_is_no_hidden_port() {
    let base = Fixture::new(NEW);
    let net = scan(&base, &Plan::default()).net_namespaces[0].clone();
    let question = Question::BindProbe { net, protocol: Protocol::Tcp };
    let replies = RefCell::new([(question, vec![Ok(Answer::Ports(vec![40_000]))])].into());
    assert_eq!(hidden(&Changing { base, replies }).0, []);
}

#[test]
fn refused_views_are_gaps_and_no_findings() {
    let mut host = Fixture::new("listen tcp 0.0.0.0:22 inode=5");
    let net = scan(&host, &Plan::default()).net_namespaces[0].clone();
    let dump = Question::SockDiag { net: net.clone(), family: 2, protocol: 6 };
    let table = Question::NetTable { net, table: "tcp".into() };
    host.say(dump.clone(), Err(Refusal::Errno(2)));
    let world = scan(&host, &Plan::default());
    assert_eq!((world.sockets.len(), gaps(&world).len()), (1, 1), "no second view: {:?}", world.gaps);
    host.say(dump, Err(Refusal::Errno(1)));
    let world = scan(&host, &Plan::default());
    assert_eq!((world.sockets.len(), gaps(&world).len()), (1, 1));
    host.say(table, Err(Refusal::Errno(13)));
    let world = scan(&host, &Plan::default());
    assert!(gaps(&world).iter().any(|gap| gap.blinding), "{:?}", world.gaps);
    assert!(world.hidden_ports.is_empty());
}

#[test]
fn other_namespaces_are_looked_into() {
    let host = Fixture::new(
        "process 41 exe=/x\nfd 41 5 net:[4026532999]\nlisten tcp 0.0.0.0:80 net=4026532999 inode=7 pid=41",
    );
    let world = scan(&host, &Plan::default());
    let nets: Vec<u64> = world.sockets.values().map(|socket| socket.net).collect();
    assert_eq!(nets, [4_026_532_999]);
}

#[test]
fn a_socket_that_was_about_to_listen_is_no_bound_socket() {
    let base = Fixture::new("");
    let net = scan(&base, &Plan::default()).net_namespaces[0].clone();
    let question = Question::SockDiag { net, family: 2, protocol: 6 };
    let once = Fixture::new("bound tcp 0.0.0.0:4444").ask(&question);
    let host = Changing { base, replies: RefCell::new([(question, vec![once])].into()) };
    assert_eq!(scan(&host, &Plan::default()).sockets.len(), 0);
}
