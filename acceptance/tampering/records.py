#!/usr/bin/env python3
"""Writes the database of another package manager for the files of a root, as that manager does (apk-tools 2, pacman 6).

usage: rpm ... --qf '[%{=NAME} %{FILEFLAGS} %{FILENAMES}\\n]' | records.py apk|pacman
The root is the current directory. Every line is a package, rpm's flags and a file; bit 0 of the flags: settings.
"""
import base64, gzip, hashlib, os, stat, sys

ARCHITECTURE, VERSION = "x86_64", "1-1"


def content(path):
    with open(path, "rb") as file:
        return file.read()


def apk(packages):
    def digest(path, info):
        data = os.readlink(path).encode() if stat.S_ISLNK(info.st_mode) else content(path)
        return "Q1" + base64.b64encode(hashlib.sha1(data).digest()).decode()

    def rights(letter, info, usual):
        mode = stat.S_IMODE(info.st_mode)
        return [] if mode == usual else ["%s:%d:%d:%o" % (letter, info.st_uid, info.st_gid, mode)]

    lines = []
    for name, files in packages.items():
        lines += ["C:Q1" + base64.b64encode(hashlib.sha1(name.encode()).digest()).decode()]
        lines += ["P:" + name, "V:" + VERSION.replace("-", "-r"), "A:" + ARCHITECTURE, "S:1", "I:1", "T:" + name]
        directory = None
        for path, _ in sorted(files, key=lambda file: os.path.split(file[0])):
            parent, base = os.path.split(path)
            if parent != directory:
                directory = parent
                lines += ["F:" + parent] + rights("M", os.lstat(parent), 0o755)
            info = os.lstat(path)
            lines += ["R:" + base] + rights("a", info, 0o644) + ["Z:" + digest(path, info)]
        lines.append("")
    os.makedirs("lib/apk/db")
    os.makedirs("etc/apk")
    for path, text in (
        ("etc/apk/world", "".join(name + "\n" for name in packages)),
        ("lib/apk/db/installed", "\n".join(lines) + "\n"),
        ("lib/apk/db/scripts.tar", ""),
        ("lib/apk/db/triggers", ""),
        ("lib/apk/db/lock", ""),
    ):
        with open(path, "w") as file:
            file.write(text)


def pacman(packages):
    for name, files in packages.items():
        directory = "var/lib/pacman/local/%s-%s" % (name, VERSION)
        os.makedirs(directory)
        with open(directory + "/desc", "w") as file:
            fields = dict(NAME=name, VERSION=VERSION, ARCH=ARCHITECTURE, VALIDATION="pgp", INSTALLDATE="1700000000")
            file.write("".join("%%%s%%\n%s\n\n" % field for field in fields.items()))
        parents = {path[:at] for path, _ in files for at in range(len(path)) if path[at] == "/"}
        with open(directory + "/files", "w") as file:
            paths = sorted([parent + "/" for parent in parents] + [path for path, _ in files])
            file.write("%FILES%\n" + "".join(path + "\n" for path in paths) + "\n")
            settings = [path for path, config in files if config]
            if settings:
                lines = ("%s\t%s\n" % (path, hashlib.md5(content(path)).hexdigest()) for path in settings)
                file.write("%BACKUP%\n" + "".join(lines) + "\n")
        with gzip.open(directory + "/mtree", "wt") as file:
            file.write("\n".join(mtree(parents, files)) + "\n")
    with open("var/lib/pacman/local/ALPM_DB_VERSION", "w") as file:
        file.write("9\n")


def mtree(parents, files):
    yield "#mtree"
    yield "/set type=file uid=0 gid=0 mode=644"
    for path in sorted(list(parents) + [path for path, _ in files]):
        info = os.lstat(path)
        said = "time=%d.0" % info.st_mtime
        if stat.S_IMODE(info.st_mode) != 0o644:
            said += " mode=%o" % stat.S_IMODE(info.st_mode)
        if stat.S_ISDIR(info.st_mode):
            said += " type=dir"
        elif stat.S_ISLNK(info.st_mode):
            said += " type=link link=" + os.readlink(path)
        else:
            data = content(path)
            said += " size=%d md5digest=%s" % (len(data), hashlib.md5(data).hexdigest())
            said += " sha256digest=" + hashlib.sha256(data).hexdigest()
        yield "./%s %s" % (path, said)


def main():
    packages = {}
    for line in sys.stdin:
        name, flags, path = line.rstrip("\n").split(" ", 2)
        mode = os.lstat("." + path).st_mode
        if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            packages.setdefault(name, []).append((path[1:], int(flags) & 1 == 1))
    dict(apk=apk, pacman=pacman)[sys.argv[1]](packages)


main()
