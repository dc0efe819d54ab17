# id: L171
# mode: logs
# title: a journal whose oldest files were cleared away, or that was rotated by hand
# due: now
journals
pick how vacuumed rotated
case $how in
vacuumed) rm "${files[@]:0:1 + RANDOM % (${#files[@]} - 2)}" ;;
# journalctl --rotate: the newest file is put aside too, and a new one begun.
rotated) mv "${files[-1]}" "${files[-2]%-*-*}-00000000000fffff-0006620000000000.journal" ;;
esac
