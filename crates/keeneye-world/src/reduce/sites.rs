//! Settings of web servers hold passwords in many spellings (`fastcgi_param`, `SetEnv`, `AuthLDAPBindPassword`,
//! headers), and all that is asked of them is where the sites lie.

use bstr::ByteSlice;
use keeneye_facts::Text;

/// Directories of settings of web servers.
const SERVERS: [&str; 7] = [
    "/etc/apache2",
    "/etc/caddy",
    "/etc/httpd",
    "/etc/lighttpd",
    "/etc/nginx",
    "/usr/local/apache2",
    "/usr/local/nginx",
];

/// A repository of the settings, and the variables that Apache starts with, are no settings.
pub(super) fn is_one(path: &Text) -> bool {
    SERVERS.iter().any(|dir| path.is_within(dir)) && !path.contains_str("/.git/") && path.file_name() != "envvars"
}

/// Lines that name no directory of a site become empty.
pub(super) fn reduce(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes.lines_with_terminator().map(|line| match names_root(line) {
        true => line,
        false => line.get(line.trim_end_with(|c| c == '\n').len()..).unwrap_or_default(),
    });
    kept.collect::<Vec<_>>().concat()
}

/// A line of `root /x;` of nginx, `DocumentRoot "/x"` and `Alias /a /x` of Apache, `server.document-root = "/x"` of
/// lighttpd, `root * /x` of Caddy.
pub(crate) fn names_root(line: &[u8]) -> bool {
    let mut words = line.fields_with(|c| c.is_whitespace() || "=\"';{".contains(c)).filter(|word| !word.is_empty());
    let directive = words.next().unwrap_or_default().to_ascii_lowercase();
    matches!(
        directive.as_slice(),
        b"root" | b"documentroot" | b"alias" | b"scriptalias" | b"server.document-root" | b"virtualdocumentroot"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    const SITE: &[u8] =
        b"server {\n root /data/shop;\n fastcgi_param DB_PASSWORD \"s3cret\";\nSetEnv DB_PASSWORD s3cret\n\
        proxy_set_header Authorization \"Basic s3cret\";\nRequestHeader set Authorization \"Basic s3cret\"\n\
        AuthLDAPBindPassword \"s3cret\"\nphp_admin_value mysqli.default_pw s3cret\nDocumentRoot \"/x\"\n}";

    #[test]
    fn only_where_sites_lie_passes() {
        assert_eq!(reduce(SITE).as_bstr(), "\n root /data/shop;\n\n\n\n\n\n\nDocumentRoot \"/x\"\n");
    }
    #[test]
    fn lines_keep_their_numbers() {
        let ends = |bytes: &[u8]| bytes.iter().filter(|b| **b == b'\n').count();
        crate::mutate::check(&[SITE], |bytes| ends(&reduce(bytes)) == ends(bytes));
    }
    #[test]
    fn whose_settings() {
        for path in ["/etc/nginx/conf.d/a.conf", "/etc/apache2/sites-enabled/shop", "/etc/caddy/Caddyfile"] {
            assert!(is_one(&path.into()), "{path}");
        }
        for path in
            ["/etc/nginxes", "/etc/nginx/.git/config", "/etc/apache2/envvars", "/srv/nginx/x.conf", "/etc/cron.d/nginx"]
        {
            assert!(!is_one(&path.into()), "{path}");
        }
    }
}
