# id: S1
# mode: scan
# root: service
# title: a server with everything on it, at rest
