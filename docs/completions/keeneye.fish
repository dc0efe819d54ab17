# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_keeneye_global_optspecs
    string join \n format= q/quiet v/verbose color= only= skip= fail-on= require-coverage= config= max-time= h/help V/version
end

function __fish_keeneye_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_keeneye_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_keeneye_using_subcommand
    set -l cmd (__fish_keeneye_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c keeneye -n "__fish_keeneye_needs_command" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_needs_command" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_needs_command" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_needs_command" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_needs_command" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_needs_command" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_needs_command" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_needs_command" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_needs_command" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_needs_command" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_needs_command" -s V -l version -d 'Print version'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "scan" -d 'Look at the host once, now, and say what is noticed'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "capture" -d 'Record every answer of a look without judging it'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "list" -d 'The truth in place of ps, ss, netstat -ntlp and lsof'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "look" -d 'Everything known about one thing'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "logins" -d 'Who logged in, from where, how and for how long, with what is odd about it'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "digest" -d 'What happened on one page: logins, failed attempts, sudo, accounts, cron, errors of services and disks'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "explain" -d 'What a detector sees, why it matters, what is innocent, what to do'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "accept" -d 'Accept findings, with a reason and an end: writes an entry into the configuration'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "baseline" -d 'Remember what is normal, and tell what changed since'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "man" -d 'Print the man page'
complete -c keeneye -n "__fish_keeneye_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l record -d 'Keep all answers of this very scan in a file' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l raw -d 'Also read directories of ext4 from the block device, and compare; of FILE where the image of a disk is at hand' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l state-dir -d 'Where baselines are kept; with --root none is looked for without it [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l save -d 'Afterwards remember every file as it is now, as `baseline learn` does'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -l without-baseline -d 'Do not hold the files against the newest baseline'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -s o -l output -d 'The recording to write; `-` is standard output' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l root -d 'Look at the files below a directory in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l raw -d 'Also read directories of ext4 from the block device, and compare; of FILE where the image of a disk is at hand' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -l with-files -d 'Also copy the programs of suspicious processes, deleted and memory-only ones included'
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand capture" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l differs -d 'Only things that one way shows and another does not; of what starts by itself, what is not as a package left it; of accounts, the odd ones'
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "pid" -d 'A process'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "file" -d 'A file: who owns it, its digests, what the baseline knew, who runs, maps or holds it open'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "addr" -d 'An IP address: where it is, who logged in or tried to from there, who talks to it'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "user" -d 'An account: its logins and failed attempts, what it runs and holds'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "port" -d 'A port: who listens, who is connected'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "package" -d 'A package: which of its files are in use, and whether they are intact'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and not __fish_seen_subcommand_from pid file addr user port package help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from pid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l state-dir -d 'Where baselines are kept; with --root none is looked for without it [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from file" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from addr" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from user" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from package" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "pid" -d 'A process'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "file" -d 'A file: who owns it, its digests, what the baseline knew, who runs, maps or holds it open'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "addr" -d 'An IP address: where it is, who logged in or tried to from there, who talks to it'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "user" -d 'An account: its logins and failed attempts, what it runs and holds'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "port" -d 'A port: who listens, who is connected'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "package" -d 'A package: which of its files are in use, and whether they are intact'
complete -c keeneye -n "__fish_keeneye_using_subcommand look; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l user -d 'Only of this account' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l since -d 'Only since then: a day (2026-11-01) or time (2026-11-01T14:30), or so long ago (90m, 36h, 7d, 4w)' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l until -d 'Only before then; of a day, before it begins' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'"
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l failed -d 'Those that failed instead, summed up by where they came from'
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand logins" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l since -d 'Since then: a day (2026-11-01) or time (2026-11-01T14:30), or so long ago (90m, 36h, 7d, 4w) [default: 24h]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l until -d 'Before then; of a day, before it begins [default: now]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l from -d 'Look at a recording; `-` reads standard input' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l keyring -d 'Keys of package makers to trust besides the built-in ones, armoured or not; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l geoip -d 'A database that tells countries, networks or cities of addresses (.mmdb, or tor\'s geoip), before those in the usual places and keeneye\'s own table; may be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l vendor -d 'Compare dpkg\'s packages with their makers\'\' own files, in place of the lists on the host: .deb files and manifests in a directory, or `apt`, which fetches those of suspects and of what admins trust. May be given several times' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l vendor-keep -d 'Add what was learnt of packages to a manifest, which `--vendor` takes on other servers' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'"
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l yesterday -d 'Of yesterday, from midnight to midnight'
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -l quick -d 'Leave out what takes long: trying every process id and port, most of the walk over all files, the comparison of packaged files and with a baseline, what containers wrote, digests of large files, logs beyond the newest 256 MiB'
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand digest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -l all -d 'Every detector'
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l path -d 'Findings about files or programs of this path; * and ? are understood' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l detector -d 'Findings of this detector; * and ? are understood' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l account -d 'Findings about this account' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l package -d 'Findings about files of this package' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l cause -d 'Changes since the baseline of this cause, as `baseline diff --format json` names it: settings, new, rights' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l because -d 'Why' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l until -d 'The last day, at most two years from now' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -l dry-run -d 'Only say what would be written'
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "learn" -d 'Remember every file as it is now, as the next baseline'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "show" -d 'Show which baselines there are, or all about one'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "diff" -d 'Tell what changed since the newest baseline, since another one, or between two'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "sign" -d 'Sign a baseline; the key need not be on the host that it is of'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "verify" -d 'Tell whether a baseline is whole, the newest that was seen, and signed by the owner of a public key'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "keygen" -d 'Make a key: FILE signs, FILE.pub verifies'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and not __fish_seen_subcommand_from learn show diff sign verify keygen help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l state-dir -d 'Where baselines are kept [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -l full -d 'Read all content, also of files that look untouched'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from learn" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l state-dir -d 'Where baselines are kept [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l state-dir -d 'Where baselines are kept [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -l full -d 'Read all content, also of files that look untouched'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l key -d 'The file that holds the key' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l state-dir -d 'Where baselines are kept [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from sign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l key -d 'The file that holds the key' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l root -d 'Look at the files below a directory, such as a mounted disk image, in place of this machine' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l state-dir -d 'Where baselines are kept [default: /var/lib/keeneye]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from keygen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "learn" -d 'Remember every file as it is now, as the next baseline'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show which baselines there are, or all about one'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Tell what changed since the newest baseline, since another one, or between two'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "sign" -d 'Sign a baseline; the key need not be on the host that it is of'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Tell whether a baseline is whole, the newest that was seen, and signed by the owner of a public key'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "keygen" -d 'Make a key: FILE signs, FILE.pub verifies'
complete -c keeneye -n "__fish_keeneye_using_subcommand baseline; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l format -d 'How to say it' -r -f -a "text\t'For people'
concise\t'One line a thing, for grep'
json\t'One document, schema 1'
jsonl\t'One object a line'
html\t'One page that needs nothing else'
nagios\t'A status line and performance data for monitoring'"
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l color -d 'Colours; NO_COLOR is obeyed when this is auto' -r -f -a "auto\t'When standard output is a terminal'
always\t'Always'
never\t'Never'"
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l only -d 'Run only detectors whose name matches, such as \'process/*\'' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l skip -d 'Leave out detectors whose name matches' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l fail-on -d 'The lowest level that makes exit code 1 [default: suspicious]' -r -f -a "note\t''
unusual\t''
suspicious\t''
compromised\t''"
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l require-coverage -d 'The percentage of questions answered below which nothing found means nothing [default: 80]' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l config -d 'Configuration file [default: /etc/keeneye/keeneye.toml, if there is one]' -r -F
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -l max-time -d 'Stop asking after so many seconds; the rest becomes gaps' -r
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -s q -l quiet -d 'Say only alerts and the verdict'
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -s v -l verbose -d 'Say everything: all evidence, every gap, what was accepted'
complete -c keeneye -n "__fish_keeneye_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "scan" -d 'Look at the host once, now, and say what is noticed'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "capture" -d 'Record every answer of a look without judging it'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "list" -d 'The truth in place of ps, ss, netstat -ntlp and lsof'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "look" -d 'Everything known about one thing'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "logins" -d 'Who logged in, from where, how and for how long, with what is odd about it'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "digest" -d 'What happened on one page: logins, failed attempts, sudo, accounts, cron, errors of services and disks'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "explain" -d 'What a detector sees, why it matters, what is innocent, what to do'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "accept" -d 'Accept findings, with a reason and an end: writes an entry into the configuration'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "baseline" -d 'Remember what is normal, and tell what changed since'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "completions" -d 'Print completions for a shell'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "man" -d 'Print the man page'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and not __fish_seen_subcommand_from scan capture list look logins digest explain accept baseline completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "pid" -d 'A process'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "file" -d 'A file: who owns it, its digests, what the baseline knew, who runs, maps or holds it open'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "addr" -d 'An IP address: where it is, who logged in or tried to from there, who talks to it'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "user" -d 'An account: its logins and failed attempts, what it runs and holds'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "port" -d 'A port: who listens, who is connected'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from look" -f -a "package" -d 'A package: which of its files are in use, and whether they are intact'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "learn" -d 'Remember every file as it is now, as the next baseline'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "show" -d 'Show which baselines there are, or all about one'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "diff" -d 'Tell what changed since the newest baseline, since another one, or between two'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "sign" -d 'Sign a baseline; the key need not be on the host that it is of'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "verify" -d 'Tell whether a baseline is whole, the newest that was seen, and signed by the owner of a public key'
complete -c keeneye -n "__fish_keeneye_using_subcommand help; and __fish_seen_subcommand_from baseline" -f -a "keygen" -d 'Make a key: FILE signs, FILE.pub verifies'
