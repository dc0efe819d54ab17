//! Facts now, and a short memory. [`World::fold`] is the only way in.

use crate::LoginIndex;
use keeneye_facts::{
    Account, Address, AuthorizedKey, Autostart, BaselineDoubt, BaselineState, BpfProgram, ChangeGroup, Claim,
    ContainerDrift, Contents, ControlOff, Coverage, EngineContainer, EngineDaemon, Event, Failures, FileFact,
    FirewallRule, ForeignRoot, Gap, Group, Host, HostName, HostRoot, Interest, Interface, Kernel, ListingDifference,
    LogEvent, LogFile, Login, LostLibrary, Module, Mount, NetNamespace, Ownership, PackageChange, PackageDoubt,
    PidFile, Process, ProcessId, Protocol, Repository, Service, SharedMemory, Socket, SocketState, SshdSetting,
    SudoDefault, SudoRule, Text,
};
use std::collections::BTreeMap;

/// How many ended processes are remembered for lineage.
const MAX_ENDED: usize = 20_000;

/// Namespace and inode; sockets without an inode (time-wait) are told apart by their ends.
pub type SocketKey = (u64, u64, Protocol, Option<Address>, Option<Address>);

/// All that is known of a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The machine.
    pub host: Host,
    /// Running processes.
    pub processes: BTreeMap<ProcessId, Process>,
    /// Ended ones: they stay for lineage.
    pub ended: BTreeMap<ProcessId, Process>,
    /// Sockets.
    pub sockets: BTreeMap<SocketKey, Socket>,
    /// Ports that `bind` calls in use and no view explains.
    pub hidden_ports: Vec<(u64, Protocol, u16)>,
    /// Network namespaces.
    pub net_namespaces: Vec<NetNamespace>,
    /// Interfaces.
    pub interfaces: Vec<Interface>,
    /// Which service the host expects on which port, as /etc/services says.
    pub services: Vec<Service>,
    /// Mounts in keeneye's mount namespace.
    pub mounts: Vec<Mount>,
    /// Files that something made interesting, by resolved path.
    pub files: BTreeMap<Text, FileFact>,
    /// Deleted libraries that are still in use, by path.
    pub lost_libraries: BTreeMap<Text, LostLibrary>,
    /// What processes call themselves.
    pub claims: BTreeMap<ProcessId, Claim>,
    /// Accounts, in the order of passwd.
    pub accounts: Vec<Account>,
    /// Groups, in the order of the file.
    pub groups: Vec<Group>,
    /// The first user id of people, where login.defs says so.
    pub first_person: Option<u32>,
    /// What sudo would allow.
    pub sudo_rules: Vec<SudoRule>,
    /// What sudo is told besides.
    pub sudo_defaults: Vec<SudoDefault>,
    /// Keys that sshd would take.
    pub authorized_keys: Vec<AuthorizedKey>,
    /// What sshd is told, in order of reading: the first value of a keyword counts.
    pub sshd_settings: Vec<SshdSetting>,
    /// Lines of /etc/hosts.
    pub host_names: Vec<HostName>,
    /// Name servers.
    pub name_servers: Vec<Text>,
    /// Where software comes from.
    pub repositories: Vec<Repository>,
    /// What starts by itself.
    pub autostarts: Vec<Autostart>,
    /// What the kernel tells about itself; `None` where no kernel runs (an image).
    pub kernel: Option<Kernel>,
    /// Kernel modules.
    pub modules: Vec<Module>,
    /// BPF programs.
    pub bpf_programs: Vec<BpfProgram>,
    /// Netfilter rules.
    pub firewall_rules: Vec<FirewallRule>,
    /// Containers that an engine knows.
    pub engine_containers: Vec<EngineContainer>,
    /// Daemons of engines.
    pub engine_daemons: Vec<EngineDaemon>,
    /// What keeps records or keeps people out and is switched off.
    pub controls_off: Vec<ControlOff>,
    /// Directories that look like roots of other systems.
    pub foreign_roots: Vec<ForeignRoot>,
    /// Programs of running containers that their images have not.
    pub container_drifts: Vec<ContainerDrift>,
    /// Mount namespaces that reach the root of the machine.
    pub host_roots: Vec<HostRoot>,
    /// Files that earlier senses want looked at, as they are named, and why.
    pub wanted_files: Vec<(Text, Interest)>,
    /// Shared memory.
    pub shared_memory: Vec<SharedMemory>,
    /// Pid files.
    pub pid_files: Vec<PidFile>,
    /// Lines of shell start files that matter.
    pub start_files: Vec<Contents>,
    /// Libraries named by the preload list.
    pub preloads: Vec<Text>,
    /// Libraries that the dynamic linker's cache leads to and no package owns.
    pub linker_entries: Vec<keeneye_facts::LinkerEntry>,
    /// Commands that admins trust, wherever root's search path finds them, in its order.
    pub commands: Vec<keeneye_facts::Command>,
    /// Root's search path, in order.
    pub search_path: Vec<Text>,
    /// Package databases that were read: name and number of packages.
    pub packages: Vec<(String, u64)>,
    /// Of how many packages the vendor's own word is at hand, how many are installed, and where that came from; `None`:
    /// nobody asked for it.
    pub vendors: Option<(u64, u64, Vec<String>)>,
    /// How many files of packages were compared with what their packages say.
    pub package_files: u64,
    /// Those that are not as their packages say.
    pub package_changes: Vec<PackageChange>,
    /// Records of packages that do not hold together.
    pub package_doubts: Vec<PackageDoubt>,
    /// What package managers did, each log and database in its own order.
    pub package_steps: Vec<keeneye_facts::PackageStep>,
    /// The baseline that the host was held against.
    pub baseline: BaselineState,
    /// Baselines that do not hold together.
    pub baseline_doubts: Vec<BaselineDoubt>,
    /// What changed since the baseline, by cause; the heaviest first.
    pub changes: Vec<ChangeGroup>,
    /// Names that the kernel and the block device do not agree on.
    pub listing_differences: Vec<ListingDifference>,
    /// Files that rules of the admin's match.
    pub rule_matches: Vec<keeneye_facts::RuleMatches>,
    /// Who was let in, oldest first.
    pub logins: Vec<Login>,
    /// The same, to look them up.
    pub login_index: LoginIndex,
    /// Who was not, counted.
    pub failures: Vec<Failures>,
    /// Where addresses of logins are, and of those that tried most.
    pub places: BTreeMap<std::net::IpAddr, keeneye_facts::Place>,
    /// What else logs say, oldest first.
    pub log_events: Vec<LogEvent>,
    /// Files of logs and login records.
    pub log_files: Vec<LogFile>,
    /// What could not be seen.
    pub gaps: Vec<Gap>,
    /// How much was.
    pub coverage: Coverage,
}

/// A listening or bound port with its holders.
#[derive(Clone, Debug)]
pub struct Listener<'a> {
    /// The socket.
    pub socket: &'a Socket,
    /// Its port.
    pub port: u16,
    /// Its running holders.
    pub owners: Vec<&'a Process>,
}

impl World {
    /// Takes in one event.
    pub fn fold(&mut self, event: Event) {
        match event {
            Event::HostSeen(host) => self.host = *host,
            Event::ProcessSeen(process) | Event::ProcessStarted(process) => {
                self.processes.insert(process.id, *process);
            }
            Event::ProcessExited(id) => self.end_process(id),
            Event::SocketSeen(socket) | Event::ListenerOpened(socket) => self.put_socket(*socket),
            Event::ListenerClosed { net, inode } => {
                self.sockets.retain(|_, s| (s.net, s.inode, s.state) != (net, inode, SocketState::Listening));
            }
            Event::HiddenPortSeen { net, protocol, port } => self.hidden_ports.push((net, protocol, port)),
            Event::NetNamespaceSeen(net) => self.net_namespaces.push(net),
            Event::InterfaceSeen(interface) => self.interfaces.push(interface),
            Event::ServicesSeen(services) => self.services = services,
            Event::MountSeen(mount) => self.mounts.push(mount),
            Event::FileSeen(file) => {
                self.files.insert(file.path.clone(), *file);
            }
            Event::LostLibrarySeen(library) => drop(self.lost_libraries.insert(library.path.clone(), library)),
            Event::ClaimSeen(claim) => drop(self.claims.insert(claim.process, claim)),
            Event::AccountSeen(account) => self.accounts.push(account),
            Event::GroupSeen(group) => self.groups.push(group),
            Event::FirstPersonSeen(uid) => self.first_person = Some(uid),
            Event::SudoDefaultSeen(setting) => self.sudo_defaults.push(setting),
            Event::SudoRuleSeen(rule) => self.sudo_rules.push(rule),
            Event::AuthorizedKeySeen(key) => self.authorized_keys.push(key),
            Event::SshdSettingSeen(setting) => self.sshd_settings.push(setting),
            Event::HostNameSeen(name) => self.host_names.push(name),
            Event::NameServersSeen(servers) => self.name_servers = servers,
            Event::RepositorySeen(repository) => self.repositories.push(repository),
            Event::AutostartSeen(entry) => self.autostarts.push(*entry),
            Event::KernelSeen(kernel) => self.kernel = Some(*kernel),
            Event::ModuleSeen(module) => self.modules.push(module),
            Event::BpfProgramSeen(program) => self.bpf_programs.push(program),
            Event::FirewallRuleSeen(rule) => self.firewall_rules.push(rule),
            Event::EngineContainerSeen(container) => self.engine_containers.push(*container),
            Event::EngineDaemonSeen(daemon) => self.engine_daemons.push(daemon),
            Event::ControlOffSeen(off) => self.controls_off.push(off),
            Event::ForeignRootSeen(root) => self.foreign_roots.push(root),
            Event::ContainerDriftSeen(drift) => self.container_drifts.push(*drift),
            Event::HostRootSeen(root) => self.host_roots.push(root),
            Event::FileWanted { path, interest } => self.wanted_files.push((path, interest)),
            Event::SharedMemorySeen(segment) => self.shared_memory.push(segment),
            Event::PidFileSeen(file) => self.pid_files.push(file),
            Event::StartFileSeen(contents) => self.start_files.push(contents),
            Event::PreloadSeen(library) => self.preloads.push(library),
            Event::LinkerEntrySeen(entry) => self.linker_entries.push(entry),
            Event::CommandSeen(command) => self.commands.push(command),
            Event::SearchPathSeen(path) => self.search_path = path,
            Event::PackagesSeen { database, count } => self.packages.push((database, count)),
            Event::VendorsAsked { at_hand, installed, said } => self.vendors = Some((at_hand, installed, said)),
            Event::PackageFilesCompared(count) => self.package_files += count,
            Event::PackageChangeSeen(change) => self.package_changes.push(*change),
            Event::PackageDoubtSeen(doubt) => self.package_doubts.push(*doubt),
            Event::BaselineLooked(state) => self.baseline = state,
            Event::BaselineDoubtSeen(doubt) => self.baseline_doubts.push(doubt),
            Event::ChangesSeen(group) => self.changes.push(*group),
            Event::ListingDifferenceSeen(difference) => self.listing_differences.push(difference),
            Event::LoginSeen(login) => self.put_login(*login),
            Event::FailuresSeen(failures) => self.failures.push(*failures),
            Event::LogEventSeen(event) => self.log_events.push(*event),
            Event::PlacesSeen(places) => self.places.extend(places),
            Event::LogFileSeen(file) => self.log_files.push(*file),
            Event::PackageStepSeen(step) => self.package_steps.push(*step),
            Event::RulesMatched(matches) => self.rule_matches.push(matches),
            Event::GapSeen(gap) => self.gaps.push(gap),
            Event::SenseDone(sense) => self.coverage.senses.push(sense),
        }
    }

    fn end_process(&mut self, id: ProcessId) {
        let Some(process) = self.processes.remove(&id) else { return };
        self.sockets.retain(|_, socket| {
            let held = !socket.owners.is_empty();
            socket.owners.retain(|(owner, _)| *owner != id);
            !(held && socket.owners.is_empty())
        });
        self.ended.insert(id, process);
        if self.ended.len() > MAX_ENDED {
            self.forget_oldest_ended();
        }
    }

    /// A tenth at once, so that a storm of short processes costs little.
    fn forget_oldest_ended(&mut self) {
        let mut starts: Vec<u64> = self.ended.keys().map(|id| id.start).collect();
        starts.sort_unstable();
        let Some(last) = starts.get(starts.len() / 10).copied() else { return };
        self.ended.retain(|id, _| id.start > last);
    }

    fn put_login(&mut self, login: Login) {
        self.login_index.take(&login);
        self.logins.push(login);
    }

    fn put_socket(&mut self, socket: Socket) {
        let ends = if socket.inode == 0 { (socket.local, socket.remote) } else { (None, None) };
        self.sockets.insert((socket.net, socket.inode, socket.protocol, ends.0, ends.1), socket);
    }

    /// The running process that has this id now.
    pub fn process(&self, pid: u32) -> Option<&Process> {
        let first = ProcessId { pid, start: 0 };
        let last = ProcessId { pid, start: u64::MAX };
        self.processes.range(first..=last).next_back().map(|(_, p)| p)
    }

    /// The parent, running or ended: the youngest process of that id that is not younger than its child.
    pub fn parent(&self, child: &Process) -> Option<&Process> {
        let first = ProcessId { pid: child.ppid, start: 0 };
        let last = ProcessId { pid: child.ppid, start: child.id.start };
        let running = self.processes.range(first..=last).next_back();
        let ended = self.ended.range(first..=last).next_back();
        [running, ended].into_iter().flatten().max_by_key(|(id, _)| id.start).map(|(_, p)| p)
    }

    /// Parent, grandparent and so on; ends at the first process or after 64.
    pub fn ancestors<'a>(&'a self, child: &'a Process) -> impl Iterator<Item = &'a Process> {
        std::iter::successors(self.parent(child), |p| if p.ppid == 0 { None } else { self.parent(p) }).take(64)
    }

    /// What is known of a file, by resolved path.
    pub fn file(&self, path: &[u8]) -> Option<&FileFact> {
        self.files.get(path)
    }

    /// Who brought the file at this path; `Unknown` when it was not looked at.
    pub fn owner(&self, path: &[u8]) -> &Ownership {
        self.file(path).map_or(&Ownership::Unknown, |f| &f.owner)
    }

    /// Who brought the program file of a process. `Unknown` when the host's path does not lead to the file that is
    /// executed: inside containers the host's packages say nothing.
    pub fn exe_owner(&self, process: &Process) -> &Ownership {
        match &process.exe {
            Some(exe) if exe.at_path == Some(true) => self.owner(&exe.path),
            _ => &Ownership::Unknown,
        }
    }

    /// Listening sockets, and bound ones that could take datagrams or begin to listen, with their holders.
    pub fn listeners(&self) -> impl Iterator<Item = Listener<'_>> {
        self.sockets.values().filter_map(|socket| {
            let open = matches!(socket.state, SocketState::Listening | SocketState::Bound);
            let port = socket.local?.port;
            (open && port != 0).then(|| Listener { socket, port, owners: self.holders(socket) })
        })
    }

    /// Running holders of a socket.
    pub fn holders(&self, socket: &Socket) -> Vec<&Process> {
        socket.owners.iter().filter_map(|(id, _)| self.processes.get(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(pid: u32, start: u64, ppid: u32) -> Event {
        let process = Process { id: ProcessId { pid, start }, ppid, ..Process::default() };
        Event::ProcessStarted(Box::new(process))
    }
    fn ended(pid: u32, start: u64) -> Event {
        Event::ProcessExited(ProcessId { pid, start })
    }
    fn world(events: impl IntoIterator<Item = Event>) -> World {
        let mut world = World::default();
        events.into_iter().for_each(|event| world.fold(event));
        world
    }
    #[track_caller]
    fn check_parent(world: &World, child: u32, parent: Option<(u32, u64)>) {
        let child = world.process(child).expect("the child runs");
        assert_eq!(world.parent(child).map(|p| (p.id.pid, p.id.start)), parent);
    }

    #[test]
    fn an_ended_parent_is_still_the_parent() {
        let world = world([started(1, 1, 0), started(7, 10, 1), started(9, 20, 7), ended(7, 10)]);
        assert!(world.process(7).is_none());
        check_parent(&world, 9, Some((7, 10)));
        let child = world.process(9).unwrap();
        assert_eq!(world.ancestors(child).map(|p| p.id.pid).collect::<Vec<_>>(), [7, 1]);
    }
    #[test]
    fn a_process_that_got_the_parents_number_later_is_not_the_parent() {
        let reused = [started(7, 10, 1), started(9, 20, 7), ended(7, 10), started(7, 30, 1)];
        check_parent(&world(reused), 9, Some((7, 10)));
        // The one before that had the number is not it either.
        let before = [started(7, 5, 1), ended(7, 5), started(7, 10, 1), started(9, 20, 7), ended(7, 10)];
        check_parent(&world(before), 9, Some((7, 10)));
        check_parent(&world([started(9, 20, 7), started(7, 30, 1)]), 9, None);
    }
    #[test]
    fn a_parent_that_calls_itself_its_own_child_ends_the_lineage() {
        let world = world([started(7, 10, 9), started(9, 10, 7)]);
        let child = world.process(9).unwrap();
        assert_eq!(world.ancestors(child).count(), 64, "bounded, whatever a host says");
    }
    #[test]
    fn the_oldest_ended_processes_are_forgotten_first() {
        let count = u32::try_from(MAX_ENDED).unwrap() + 10;
        let life = (2..count + 2).flat_map(|pid| [started(pid, u64::from(pid), 1), ended(pid, u64::from(pid))]);
        let world = world(life);
        assert!(world.ended.len() <= MAX_ENDED && world.ended.len() > MAX_ENDED / 2);
        assert!(!world.ended.contains_key(&ProcessId { pid: 11, start: 11 }));
        assert!(world.ended.contains_key(&ProcessId { pid: count, start: u64::from(count) }));
    }
}
