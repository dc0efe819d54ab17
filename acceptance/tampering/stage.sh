#!/bin/bash
# Tampers with a private copy of a root and lets keeneye look at it: an overlay, so that the times of what was not
# touched stay those of the root. Runs in a fresh mount namespace; the copy is gone when it ends.
# usage: stage.sh ROOT OUT KEENEYE RECIPE [ARGUMENT-FOR-KEENEYE...]
set -euo pipefail
root=$1 out=$2 keeneye=$3 recipe=$4
shift 4
here=$(dirname "$(realpath "$0")")
exec >"$out/log" 2>&1

mount --make-rprivate /
mkdir -p "$out/space"
mount -t tmpfs -o mode=755 disposable "$out/space"
mkdir "$out"/space/{upper,work,root}
layers="lowerdir=$root,upperdir=$out/space/upper,workdir=$out/space/work"
mount -t overlay disposable "$out/space/root" -o "$layers"
cd "$out/space/root"

(
    kept=$out/space base=$(dirname "$root")
    . "$here/recipe.sh"
    eval "$recipe"
)
# keeneye looks at the lowest priority. In a session of its own that counts within the session only: autogroups, sched(7).
status=0
setsid --wait "$keeneye" scan --root . --format json "$@" >"$out/report.json" || status=$?
echo "$status" >"$out/status"
setsid --wait "$keeneye" list changes --root . --format json "$@" >"$out/changes.json" || true
