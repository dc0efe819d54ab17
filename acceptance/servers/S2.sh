# id: S2
# mode: scan
# root: service
# title: the same, with its services running

. "$here/services.sh"
