//! Files in a site that tell a web server what to run: `.htaccess` of Apache, `.user.ini` and `php.ini` of PHP.

use bstr::ByteSlice;
use keeneye_facts::Does;

const MAX_LINES: usize = 20_000;

/// Lines that make the server run more than its own settings say.
pub(super) fn read(bytes: &[u8]) -> Vec<(u32, Does)> {
    let lines = (1..).zip(bytes.lines().take(MAX_LINES));
    lines.filter_map(|(number, line)| Some((number, does(line.trim_ascii())?))).take(50).collect()
}

fn does(line: &[u8]) -> Option<Does> {
    if line.starts_with(b"#") || line.starts_with(b";") {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    if lower.contains_str("auto_prepend_file") || lower.contains_str("auto_append_file") {
        return prepended(line).map(|_| Does::Prepends);
    }
    let mut words = lower.split(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let directive = words.next()?;
    let handler = matches!(directive, b"addhandler" | b"addtype" | b"sethandler" | b"forcetype");
    let runs = lower.contains_str("php") || lower.contains_str("cgi-script") || lower.contains_str("server-parsed");
    if !handler || !runs {
        return None;
    }
    // `AddHandler x .php` only chooses the version; other ends, or every file, are another matter.
    let mut ends = words.skip(1).peekable();
    let foreign = |end: &[u8]| !end.trim_start_with(|c| c == '.').starts_with(b"ph");
    let all = matches!(directive, b"sethandler" | b"forcetype");
    (all || ends.any(foreign)).then_some(Does::AddsHandler)
}

/// The file that is run with every script; `None` for none.
fn prepended(line: &[u8]) -> Option<&[u8]> {
    let at = line.to_ascii_lowercase().find(b"pend_file")?;
    let value = line.get(at + "pend_file".len()..)?;
    let value = value.trim_with(|c| c.is_ascii_whitespace() || "=\"'".contains(c));
    (!value.is_empty() && !value.eq_ignore_ascii_case(b"none")).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_other_files_run() {
        let said = |text: &str| read(text.as_bytes()).into_iter().map(|(_, does)| does).collect::<Vec<_>>();
        for line in [
            "AddType application/x-httpd-php .jpg",
            "AddHandler php-script .php .png",
            "  addhandler cgi-script .txt",
            "SetHandler application/x-httpd-php",
        ] {
            assert_eq!(said(line), [Does::AddsHandler], "{line}");
        }
        for line in [
            "AddHandler application/x-httpd-php74 .php .phtml",
            "AddType image/webp .webp",
            "# AddType x-php .jpg",
            "Deny all",
        ] {
            assert_eq!(said(line), [], "{line}");
        }
    }
    #[test]
    fn what_runs_with_every_script() {
        let said = |text: &str| read(text.as_bytes()).len();
        assert_eq!(said("auto_prepend_file = /tmp/.x\nphp_value auto_append_file \"a.jpg\""), 2);
        assert_eq!(said("auto_prepend_file =\nauto_prepend_file = none\n;auto_prepend_file=/tmp/x"), 0);
    }
    #[test]
    fn hostile_bytes() {
        crate::mutate::check(&[b"AddType application/x-httpd-php .jpg\nauto_prepend_file = \"/tmp/.x\"\n"], |bytes| {
            !read(bytes).is_empty()
        });
    }
}
