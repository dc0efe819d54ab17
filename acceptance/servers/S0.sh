# id: S0
# mode: scan
# title: a small server on which nothing was planted
