use super::*;

const THING: &[u8] = b"the bytes that are signed\n";
const SIGNER: &[u8] = include_bytes!("samples/signer.asc");
const SIGNER_SIG: &[u8] = include_bytes!("samples/signer.sig");
const MALLORY: &[u8] = include_bytes!("samples/mallory.asc");
const MALLORY_SIG: &[u8] = include_bytes!("samples/mallory.sig");
const RSA: &[u8] = include_bytes!("samples/rsa.asc");
const RSA_SIG: &[u8] = include_bytes!("samples/rsa.sig");
const DSA: &[u8] = include_bytes!("samples/dsa.asc");
const DSA_SIG: &[u8] = include_bytes!("samples/dsa-sha1.sig");
const TEXT: &[u8] = include_bytes!("samples/text.asc");
const SIGNER_PRINT: &str = "7f109e53de09dbe9b5a4c6c183cb29416d3dd6d4";

fn keyring(material: &[&[u8]]) -> Keyring {
    let mut keyring = Keyring::default();
    for material in material {
        assert_eq!(keyring.add(material, Origin::Given), 1);
    }
    keyring
}

#[track_caller]
fn good(verdict: Verdict) -> Good {
    match verdict {
        Verdict::Good(good) => good,
        other => panic!("not good: {other:?}"),
    }
}

#[test]
fn a_subkey_signs_for_its_key() {
    let good = good(keyring(&[SIGNER]).verify(THING, SIGNER_SIG));
    let expected = Good {
        fingerprint: SIGNER_PRINT.into(),
        trust: Trust::Given,
        user: Some("Sample Signer <signer@example.org>".into()),
        made: good.made,
        by_sha1: false,
        after_expiry: false,
    };
    assert_eq!(good, expected);
    assert!(good.made > Some(1_700_000_000));
}
#[test]
fn each_kind_of_key() {
    let all = keyring(&[RSA, DSA, SIGNER]);
    assert!(!good(all.verify(THING, RSA_SIG)).by_sha1);
    assert!(good(all.verify(THING, DSA_SIG)).by_sha1);
    assert!(matches!(all.verify_armoured(THING, include_bytes!("samples/rsa.sig.asc")), Verdict::Good(_)));
}
#[test]
fn other_bytes_are_bad() {
    let all = keyring(&[RSA, DSA, SIGNER]);
    for signature in [RSA_SIG, DSA_SIG, SIGNER_SIG] {
        let verdict = all.verify(b"other bytes", signature);
        assert!(matches!(verdict, Verdict::Bad { why: "it is over other bytes", .. }), "{verdict:?}");
    }
}
#[test]
fn a_key_that_is_not_at_hand() {
    assert_eq!(keyring(&[SIGNER]).verify(THING, RSA_SIG), Verdict::NoKey { key: "6423fd52d61b9bfc".into() });
}
#[test]
fn no_signature() {
    for bytes in [b"".as_slice(), b"no packets at all", THING, SIGNER] {
        let verdict = keyring(&[SIGNER]).verify(THING, bytes);
        assert!(matches!(verdict, Verdict::Unreadable(_)), "{verdict:?}");
    }
}
#[test]
fn digests_that_can_be_forged_are_refused() {
    let verdict = keyring(&[RSA]).verify(THING, include_bytes!("samples/rsa-md5.sig"));
    assert!(matches!(verdict, Verdict::Bad { why: "its digest is one that can be forged", .. }), "{verdict:?}");
}
#[test]
fn a_signature_of_another_kind_is_refused() {
    let verdict = keyring(&[RSA]).verify(THING, include_bytes!("samples/rsa-text.sig"));
    assert_eq!(verdict, Verdict::Unreadable("a signature of another kind"));
}
#[test]
fn a_subkey_that_somebody_hung_on_a_key_does_not_speak_for_it() {
    // The signer's key and name, then Mallory's subkey with the binding that Mallory's key made.
    let mut ring = Keyring::default();
    ring.add(include_bytes!("samples/stolen-name.gpg"), Origin::Host);
    assert_eq!(ring.keys().collect::<Vec<_>>(), [(SIGNER_PRINT, Trust::HostOnly)]);
    let verdict = ring.verify(THING, MALLORY_SIG);
    assert!(matches!(verdict, Verdict::Bad { why, .. } if why.contains("does not vouch")), "{verdict:?}");
    ring.add(MALLORY, Origin::Host);
    assert_ne!(good(ring.verify(THING, MALLORY_SIG)).fingerprint, SIGNER_PRINT);
}
#[test]
fn copies_of_a_key_are_one_key() {
    let mut ring = Keyring::default();
    ring.add(SIGNER, Origin::Host);
    assert_eq!(good(ring.verify(THING, SIGNER_SIG)).trust, Trust::HostOnly);
    ring.add(SIGNER, Origin::Given);
    ring.add(SIGNER, Origin::Host);
    assert_eq!(good(ring.verify(THING, SIGNER_SIG)).trust, Trust::Given);
    assert_eq!(ring.keys().count(), 1);
    // The owner's revocation counts wherever it comes from.
    ring.add(include_bytes!("samples/revoked.asc"), Origin::Host);
    let verdict = ring.verify(THING, SIGNER_SIG);
    assert!(matches!(verdict, Verdict::Bad { why: "its key was revoked by the owner", .. }), "{verdict:?}");
}
#[test]
fn a_key_in_any_form() {
    let binary = armor::blocks(SIGNER, "PUBLIC KEY BLOCK").remove(0);
    let text = String::from_utf8_lossy(SIGNER);
    let base64: Vec<&str> = text.lines().filter(|line| !line.starts_with(['-', '='])).collect();
    for form in [SIGNER, &binary, base64.join("\n").as_bytes()] {
        assert!(matches!(keyring(&[form]).verify(THING, SIGNER_SIG), Verdict::Good(_)));
    }
    assert_eq!(Keyring::default().add(b"no key", Origin::Host), 0);
}
#[test]
fn the_best_of_several_signatures_counts() {
    let both = [RSA_SIG, SIGNER_SIG].concat();
    assert_eq!(good(keyring(&[SIGNER]).verify(THING, &both)).fingerprint, SIGNER_PRINT);
}
#[test]
fn signed_text() {
    let signed = keyring(&[SIGNER]).cleartext(TEXT).expect("a signed text");
    let text = "Origin: Sample\nTrailing: white space\n- a dash\n-----BEGIN PGP SIGNATURE-----\n\nSHA256:\n";
    assert!(signed.text.starts_with(text.as_bytes()), "{}", String::from_utf8_lossy(&signed.text));
    assert!(signed.text.ends_with(b"Packages.23"));
    assert_eq!(good(signed.verdict).fingerprint, SIGNER_PRINT);
}
#[test]
fn signed_text_with_something_changed_before_or_behind() {
    let ring = keyring(&[SIGNER]);
    let changed = String::from_utf8_lossy(TEXT).replace("Origin: Sample", "Origin: Simple");
    let signed = ring.cleartext(changed.as_bytes()).expect("a signed text");
    assert!(matches!(signed.verdict, Verdict::Bad { .. }), "{:?}", signed.verdict);
    assert_eq!(ring.cleartext(&[b"Origin: Other\n", TEXT].concat()), None);
    assert_eq!(ring.cleartext(&[TEXT, b"Origin: Other\n"].concat()), None);
    assert_eq!(ring.cleartext(&[TEXT, TEXT].concat()), None);
}
#[test]
fn hostile_keys_survive() {
    crate::mutate::check(&[&[SIGNER, RSA, DSA].concat()], |bytes| {
        let mut ring = Keyring::default();
        let found = ring.add(bytes, Origin::Host);
        ring.verify(THING, SIGNER_SIG);
        found > 0
    });
}
#[test]
fn hostile_binary_keys_survive() {
    let binary: Vec<Vec<u8>> =
        [SIGNER, RSA, DSA].iter().flat_map(|text| armor::blocks(text, "PUBLIC KEY BLOCK")).collect();
    let seeds: Vec<&[u8]> = binary.iter().map(Vec::as_slice).collect();
    let look = |bytes: &[u8]| {
        let mut ring = Keyring::default();
        let found = ring.add(bytes, Origin::Host);
        ring.verify(THING, SIGNER_SIG);
        found > 0
    };
    crate::mutate::check(&seeds, look);
    for seed in seeds {
        (0..seed.len()).filter_map(|end| seed.get(..end)).for_each(|cut| {
            look(cut);
        });
    }
}
#[test]
fn hostile_signatures_survive_and_never_become_good_for_other_bytes() {
    let ring = keyring(&[RSA, DSA, SIGNER]);
    crate::mutate::check(&[RSA_SIG, DSA_SIG, SIGNER_SIG], |bytes| {
        assert!(!matches!(ring.verify(b"other bytes", bytes), Verdict::Good(_)));
        !matches!(ring.verify(THING, bytes), Verdict::Unreadable(_))
    });
    for end in 0..RSA_SIG.len() {
        assert!(!matches!(ring.verify(THING, &RSA_SIG[..end]), Verdict::Good(_)), "cut at {end}");
    }
}
#[test]
fn hostile_signed_text_survives() {
    let ring = keyring(&[SIGNER]);
    let whole = ring.cleartext(TEXT).expect("a signed text").text;
    crate::mutate::check(&[TEXT], |bytes| {
        let Some(signed) = ring.cleartext(bytes) else { return false };
        assert!(!matches!(signed.verdict, Verdict::Good(_)) || signed.text == whole);
        true
    });
    (0..TEXT.len() - 1).for_each(|end| assert_eq!(ring.cleartext(&TEXT[..end]), None, "cut at {end}"));
}
