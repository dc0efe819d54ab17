#!/usr/bin/env python3
"""Edits var/lib/rpm/rpmdb.sqlite below the current directory as somebody would who knows the format.

rpmdb.py [--wal] digest PACKAGE PATH      the digest of the file becomes that of what is there
rpmdb.py [--wal] sound PACKAGE            the header's own digests become right again
rpmdb.py append PACKAGE TAG PATH VALUE    behind what is signed stands the array once more, with another value
rpmdb.py state PACKAGE PATH NUMBER        the state of a file
rpmdb.py unsign PACKAGE | garble PACKAGE  no signature, or one that is none
rpmdb.py resign PACKAGE KEYS USER         a signature by another key
rpmdb.py drop PACKAGE                     the package is taken out
rpmdb.py ndb FILE                         writes the same packages as Packages.db of SUSE

With --wal the change stays in the write-ahead log. Headers: lib/header.c of rpm, ndb: lib/backend/ndb.
"""
import hashlib, os, sqlite3, struct, subprocess, sys, zlib

DATABASE = "var/lib/rpm/rpmdb.sqlite"
REGION = 63
SIGNATURES = (259, 261, 262, 267, 268)
SHA1, SHA256 = 269, 273
STATES, DIGESTS, FLAGS, VERIFY, DIRINDEXES, BASENAMES, DIRNAMES = 1029, 1035, 1037, 1045, 1116, 1117, 1118
NAME, INT8, INT32, STRINGS = 1000, 2, 4, (6, 8, 9)


class Header:
    def __init__(self, blob):
        count, length = struct.unpack(">II", blob[:8])
        end = 8 + 16 * count
        self.index = [struct.unpack(">IIiI", blob[at : at + 16]) for at in range(8, end, 16)]
        self.data = bytearray(blob[end : end + length])
        assert self.index[0][0] == REGION
        self.signed_data = self.index[0][2] + 16
        trailer = struct.unpack(">IIiI", self.data[self.index[0][2] : self.signed_data])
        self.signed_index = -trailer[2] // 16

    def blob(self):
        index = b"".join(struct.pack(">IIiI", *entry) for entry in self.index)
        return struct.pack(">II", len(self.index), len(self.data)) + index + bytes(self.data)

    def signed(self):
        index = b"".join(struct.pack(">IIiI", *entry) for entry in self.index[: self.signed_index])
        sizes = struct.pack(">II", self.signed_index, self.signed_data)
        return bytes.fromhex("8eade80100000000") + sizes + index + bytes(self.data[: self.signed_data])

    def entry(self, tag):
        return next((entry for entry in self.index if entry[0] == tag), None)

    def strings(self, tag):
        """Offset and text of each."""
        _, _, offset, count = self.entry(tag)
        for _ in range(count):
            end = self.data.index(0, offset)
            yield offset, bytes(self.data[offset:end])
            offset = end + 1

    def numbers(self, tag):
        _, kind, offset, count = self.entry(tag)
        return list(struct.unpack_from(">%d%s" % (count, "B" if kind == INT8 else "I"), self.data, offset))

    def file(self, path):
        directories = [text for _, text in self.strings(DIRNAMES)]
        places = zip(self.numbers(DIRINDEXES), (text for _, text in self.strings(BASENAMES)))
        paths = [(directories[number] + name).decode() for number, name in places]
        return paths.index("/" + path)

    def append(self, tag, kind, count, value):
        self.data.extend(bytes(-len(self.data) % 8))
        self.index.append((tag, kind, len(self.data), count))
        self.data.extend(value)

    def remove(self, *tags):
        signed, rest = self.index[: self.signed_index], self.index[self.signed_index :]
        self.index = signed + [entry for entry in rest if entry[0] not in tags]

    def sound(self):
        for tag, digest in ((SHA1, hashlib.sha1), (SHA256, hashlib.sha256)):
            if self.entry(tag):
                offset, old = next(self.strings(tag))
                self.data[offset : offset + len(old)] = digest(self.signed()).hexdigest().encode()


def digest(header, path):
    offset, old = list(header.strings(DIGESTS))[header.file(path)]
    with open(path, "rb") as file:
        new = hashlib.sha256(file.read()).hexdigest().encode()
    assert len(old) == len(new)
    header.data[offset : offset + len(new)] = new


def append(header, tag, path, value):
    tag, number = int(tag), header.file(path)
    kind, count = header.entry(tag)[1], header.entry(tag)[3]
    if kind in STRINGS:
        all_of_them = [text for _, text in header.strings(tag)]
        all_of_them[number] = value.encode()
        header.append(tag, kind, count, b"".join(text + b"\0" for text in all_of_them))
    else:
        all_of_them = header.numbers(tag)
        all_of_them[number] = int(value)
        header.append(tag, kind, count, struct.pack(">%dI" % count, *all_of_them))


def state(header, path, value):
    header.data[header.entry(STATES)[2] + header.file(path)] = int(value)


def resign(header, keys, user):
    command = ["gpg", "--homedir", keys, "--batch", "--quiet", "--local-user", user, "--detach-sign"]
    signature = subprocess.run(command, input=header.signed(), stdout=subprocess.PIPE, check=True).stdout
    subprocess.run(["gpgconf", "--homedir", keys, "--kill", "all"], check=True)
    header.remove(*SIGNATURES)
    header.append(268, 7, len(signature), signature)


def garble(header):
    header.remove(*SIGNATURES)
    header.append(268, 7, 64, bytes(64))


def ndb(blobs, path):
    """One page of slots; a block is 16 bytes, and blobs begin behind the page."""
    slots, blocks, block = [], b"", 4096 // 16
    for number, blob in blobs:
        body = struct.pack("<4sIII", b"BlbS", number, 1, len(blob)) + blob
        body += bytes(-(len(body) + 12) % 16)
        body += struct.pack("<I", zlib.adler32(body)) + struct.pack("<I4s", len(blob), b"BlbE")
        slots.append(struct.pack("<4sIII", b"Slot", number, block, len(body) // 16))
        blocks, block = blocks + body, block + len(body) // 16
    head = struct.pack("<4sIIIIIII", b"RpmP", 0, 1, 1, max(number for number, _ in blobs) + 1, 0, 0, 0)
    free = struct.pack("<4sIII", b"Slot", 0, 0, 0)
    slots += [free] * ((4096 - len(head)) // 16 - len(slots))
    with open(path, "wb") as file:
        file.write(head + b"".join(slots) + blocks)


def main(words):
    in_log = words[0] == "--wal"
    what, *rest = words[in_log:]
    database = sqlite3.connect(DATABASE)
    if in_log:
        database.execute("pragma journal_mode=wal")
        database.execute("pragma wal_autocheckpoint=0")
    blobs = list(database.execute("select hnum, blob from Packages"))
    if what == "ndb":
        return ndb(blobs, rest[0])
    package, *rest = rest
    named = lambda blob: next(Header(blob).strings(NAME))[1] == package.encode()
    number, blob = next((number, blob) for number, blob in blobs if named(blob))
    if what == "drop":
        tables = "select m.name from sqlite_master m join pragma_table_info(m.name) c on c.name = 'hnum'"
        for (table,) in list(database.execute(tables)):
            database.execute('delete from "%s" where hnum = ?' % table, (number,))
    else:
        header = Header(blob)
        actions = dict(digest=digest, append=append, state=state, resign=resign, garble=garble)
        actions.update(sound=Header.sound, unsign=lambda header: header.remove(*SIGNATURES))
        actions[what](header, *rest)
        database.execute("update Packages set blob = ? where hnum = ?", (header.blob(), number))
    database.commit()
    if in_log:
        # An orderly end would move the change into the database.
        os._exit(0)


main(sys.argv[1:])
