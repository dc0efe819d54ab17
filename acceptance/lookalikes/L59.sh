# id: L59
# mode: scan
# title: a data set being compressed
mkdir -p /srv/data
for i in {1..500}; do echo "$i" >"/srv/data/$i.csv"; done
start sh -c 'while :; do zstd -q -f -r /srv/data; done'
wait_for test -e /srv/data/500.csv.zst
