//! The report as one page that needs nothing else: no script, no image, no link; it prints well.
//!
//! The policy in its head allows the one style sheet, by digest, and nothing more: even a mistake in escaping could not
//! run code.

mod incident;

use crate::sanitise::{KEPT, bounded};
use crate::text::{baseline, compared, tally};
use crate::words::{Zone, duration, refusal, thousands, took};
use crate::{Accepted, Report, Sheet};
use keeneye_facts::{Evidence, Finding, Gap, Innocent, Level};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;\
background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}article{border-left:4px solid #999;padding:.2rem 1rem;\
margin:1rem 0;break-inside:avoid}article.unusual{border-color:#b58900}article.suspicious{border-color:#d33}\
article.compromised{border-color:#900;background:#fdf3f3}h3{font-size:1rem;margin:.3rem 0}.level{text-transform:uppercase;\
font-size:.8rem;letter-spacing:.05em}table{border-collapse:collapse}td,th{padding:.1rem .8rem .1rem 0;vertical-align:top;\
text-align:left;overflow-wrap:anywhere}th{font-weight:normal;color:#555;white-space:nowrap}code{font-family:ui-monospace,\
monospace;font-size:.9em}.verdict{font-size:1.2rem;font-weight:600}footer{margin-top:3rem;color:#555;font-size:.85rem}";

/// SHA-256 of [`STYLE`] in base64; a test holds them together.
const STYLE_DIGEST: &str = "50u4DwjF7ZjksvyF0cBo7yHUh/nH4BpVB1mFFccuKUg=";

/// All before what the page says: `about` stands in its title.
fn begin(about: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>keeneye: {about}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
}

/// A sheet as a page of its own, made in the same way.
pub fn sheet_html(sheet: &Sheet) -> String {
    let about = escape(&sheet.about);
    let mut out = begin(&about);
    out.push_str(&format!("<h1>{about}</h1>\n"));
    for section in sheet.sections.iter().filter(|section| !section.rows.is_empty()) {
        out.push_str(&format!("<h2>{}</h2>\n<table>\n", escape(section.name)));
        for row in &section.rows {
            out.push_str(&format!("<tr><th>{}</th><td>{}</td></tr>\n", escape(&row.what), escape(&row.value)));
        }
        out.push_str("</table>\n");
    }
    let said = |finding: &Finding| {
        let (level, detector) = (finding.level.word(), escape(&finding.detector));
        format!("<p><span class=\"level\">{level}</span> <code>{detector}</code> {}</p>\n", escape(&finding.summary))
    };
    section(&mut out, "Findings", sheet.findings.iter().map(said));
    out.push_str("</body>\n</html>\n");
    out
}

/// The page.
pub fn html(report: &Report) -> String {
    let zone = Zone::of(&report.host);
    let host = escape(&report.host.name);
    let mut out = begin(&host);
    out.push_str(&head(report, &zone));
    section(&mut out, "Incidents", report.incidents.iter().map(|one| incident::incident(report, one, &zone)));
    section(&mut out, "Findings", report.findings.iter().map(|f| finding(f, &zone)));
    section(&mut out, "Accepted", report.accepted.iter().map(accepted));
    let gaps: Vec<String> = report.gaps.iter().map(gap).collect();
    out.push_str(&format!("<h2>Could not see</h2>\n<p>Coverage {} %</p>\n<table>\n", report.coverage));
    out.push_str(&gaps.concat());
    out.push_str("</table>\n");
    section(&mut out, "Remarks", report.remarks.iter().map(|r| format!("<p>{}</p>\n", escape(r))));
    let next = report.next.iter();
    section(&mut out, "Next", next.map(|n| format!("<p><code>{}</code> {}</p>\n", escape(&n.command), escape(&n.why))));
    let (version, target) = (escape(&report.keeneye.version), escape(&report.keeneye.target));
    out.push_str(&format!("<footer>keeneye {version} ({target})</footer>\n</body>\n</html>\n"));
    out
}

fn section(out: &mut String, title: &str, parts: impl Iterator<Item = String>) {
    let body: String = parts.collect();
    if !body.is_empty() {
        out.push_str(&format!("<h2>{title}</h2>\n{body}"));
    }
}

fn head(report: &Report, zone: &Zone) -> String {
    let host = &report.host;
    let mut out = format!("<h1>{}</h1>\n", escape(&host.name));
    out.push_str(&format!("<p class=\"verdict\">{} {}</p>\n", report.verdict.sentence(), tally(report)));
    let up = if host.live { format!(" · up {}", duration(host.uptime)) } else { String::new() };
    out.push_str(&format!(
        "<p>{} · Linux {}{up} · looked at {} for {}</p>\n",
        escape(&host.os),
        escape(&host.kernel),
        escape(zone.moment(report.started)),
        took(report.took_ms)
    ));
    let counts: Vec<String> = report.looked_at.iter().map(|c| format!("{} {}", thousands(c.number), c.what)).collect();
    out.push_str(&format!("<p>Looked at {}.</p>\n", counts.join(", ")));
    let views = report.compared.iter().map(compared).chain(baseline(&report.baseline, zone));
    out.extend(views.map(|said| format!("<p>Compared {}.</p>\n", escape(said))));
    out
}

fn finding(finding: &Finding, zone: &Zone) -> String {
    let level = finding.level.word();
    let mut out = format!(
        "<article class=\"{level}\">\n<p class=\"level\">{level} · <code>{}</code></p>\n<h3>{}</h3>\n<table>\n",
        escape(&finding.detector),
        escape(&finding.summary)
    );
    if let Some(seconds) = finding.first_seen {
        out.push_str(&row("since", &escape(zone.moment(seconds))));
    }
    out.extend(finding.evidence.iter().map(evidence));
    out.extend(finding.related.iter().map(|s| row("with", &escape(&s.name))));
    out.extend(finding.innocent.iter().map(innocent));
    out.extend(finding.next.iter().map(|n| row("do", &format!("<code>{}</code>", escape(n)))));
    out.push_str(&row("ATT&amp;CK", &escape(finding.attack.join(", "))));
    out.push_str(&row("finding", &escape(&finding.id)));
    out + "</table>\n</article>\n"
}

fn evidence(evidence: &Evidence) -> String {
    let ways: Vec<&str> = evidence.seen_by.iter().map(|way| way.word()).collect();
    let ways = if ways.is_empty() { String::new() } else { format!(" (seen by {})", ways.join(", ")) };
    row(&escape(&evidence.what), &format!("<code>{}</code>{ways}", escape(&evidence.value)))
}

fn innocent(innocent: &Innocent) -> String {
    let outcome = if innocent.ruled_out { "ruled out" } else { "possible" };
    row("innocent?", &format!("{} ({outcome}) {}", escape(&innocent.cause), escape(&innocent.why)))
}

fn accepted(accepted: &Accepted) -> String {
    format!(
        "<article class=\"{}\"><p><code>{}</code> {}</p><p>Accepted until {}: {}</p></article>\n",
        Level::Note.word(),
        escape(&accepted.finding.detector),
        escape(&accepted.finding.summary),
        escape(&accepted.until),
        escape(&accepted.because)
    )
}

fn gap(gap: &Gap) -> String {
    row(&escape(&gap.sense), &format!("<code>{}</code> {}", escape(&gap.what), escape(refusal(&gap.why))))
}

/// A row of a table; both parts are markup already.
fn row(what: &str, value: &str) -> String {
    format!("<tr><th>{what}</th><td>{value}</td></tr>\n")
}

/// Sanitised, and with no character left that means anything to a browser.
fn escape(value: impl AsRef<[u8]>) -> String {
    let mut out = String::new();
    for c in bounded(value, KEPT).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(*chunk.get(i).unwrap_or(&0)));
            for i in 0..4 {
                let digit = ALPHABET[(bits >> (18 - 6 * i) & 63) as usize];
                out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
            }
        }
        out
    }
    #[test]
    fn the_policy_names_the_one_style_sheet() {
        assert_eq!(base64(&Sha256::digest(STYLE)), STYLE_DIGEST);
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(b"Ma"), "TWE=");
    }
    #[test]
    fn markup_of_the_host_is_text() {
        assert_eq!(escape("<script>'\"&\u{202e}"), "&lt;script&gt;&#39;&quot;&amp;\\u{202e}");
    }
}
