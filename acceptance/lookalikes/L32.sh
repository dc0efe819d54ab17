# id: L32
# mode: scan
# title: a database that archives through a shell
echo "archive_mode = on
archive_command = 'test ! -f /nowhere && /bin/true'" >>/etc/postgresql/15/main/postgresql.conf
pg_ctlcluster 15 main start
su postgres -c 'psql -qc "select pg_switch_wal()"'
