# id: P65
# mode: logs
# level: suspicious
# title: a file of the journal was deleted, between others
# due: now
journals
which=$((1 + RANDOM % (${#files[@]} - 2)))
rm "${files[which]}"
# Those that follow are there, and tell what is missing before them.
said path "${files[which + 1]}"
