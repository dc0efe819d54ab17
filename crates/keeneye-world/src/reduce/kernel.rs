//! Lists of the kernel of which only a little says anything.

use bstr::ByteSlice;

/// `/proc/kallsyms`: the first symbol of each module, its address set to zero, which is what the kernel shows to
/// everybody else. A hundred thousand symbols of the kernel itself say nothing.
pub(super) fn symbols(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut last: &[u8] = b"";
    for line in bytes.lines() {
        let Some((symbol, module)) = line.rsplit_once_str("\t[") else { continue };
        if module == last {
            continue;
        }
        last = module;
        let Some((_, symbol)) = symbol.split_once_str(" ") else { continue };
        kept.extend_from_slice(b"0000000000000000 ");
        kept.extend_from_slice(symbol);
        kept.extend_from_slice(b"\t[");
        kept.extend_from_slice(module);
        kept.push(b'\n');
    }
    kept
}

/// `modules.dep`: the files, without what each needs.
pub(super) fn index(bytes: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len() / 2);
    for line in bytes.lines() {
        let file = line.split_once_str(":").map_or(line, |(file, _)| file);
        kept.extend_from_slice(file);
        kept.extend_from_slice(b":\n");
    }
    kept
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_for_each_module_stays() {
        let text: &[u8] = b"ffffffff81000000 T _text\nffffffffc0000000 t a\t[ext4]\nffffffffc0000010 t b\t[ext4]\n\
            ffffffffc0100000 d c\t[nfsd]\n";
        let kept: &[u8] = b"0000000000000000 t a\t[ext4]\n0000000000000000 d c\t[nfsd]\n";
        assert_eq!(super::symbols(text), kept);
        assert_eq!(super::symbols(kept), kept);
    }
    #[test]
    fn files_of_modules_stay() {
        let kept = super::index(b"a/b.ko: c/d.ko e.ko\nc/d.ko:\n");
        assert_eq!(kept, b"a/b.ko:\nc/d.ko:\n");
        assert_eq!(super::index(&kept), kept);
    }
}
