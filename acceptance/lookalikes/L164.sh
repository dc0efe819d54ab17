# id: L164
# mode: scan
# title: programs with suspicious arguments that are ordinary
mkdir -p /srv/app /opt/ml
printf 'import signal\nsignal.pause()\n' >/srv/app/worker.py
start -u anna python3 /srv/app/worker.py --pool prefork --concurrency 4 --url redis://127.0.0.1:6379/0 -o fair
start -u anna python3 /srv/app/worker.py --algo sha256 --threads 8 --user anna --input /srv/app
start -u postgres python3 /srv/app/worker.py -o listen_addresses=127.0.0.1 -u bench -p 5432 --workers 2
start python3 /srv/app/worker.py --coinbase-api https://api.coinbase.example/v2 --wallet-file /srv/app/w.json
start -u www-data sh -c 'while :; do sleep 60; done'
start -u anna bash -c 'tail -F /var/log/dpkg.log | grep --line-buffered error'
wait_for starts -f line-buffered
