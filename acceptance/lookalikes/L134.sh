# id: L134
# mode: scan
# title: servers of applications under their own users, with titles of their own
useradd -r -m -d /srv/shop shop
mkdir -p /srv/shop/app
start -u shop -d /srv/shop perl -e '$0 = "puma 6.4.0 (tcp://127.0.0.1:3000) [shop]"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "[celeryd: celery@web1:MainProcess] -active- (worker -A shop -l info)"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "[celeryd: celery@web1:ForkPoolWorker-1]"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "gunicorn: master [shop]"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "sidekiq 7.2.0 shop [0 of 5 busy]"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "uWSGI master"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "Passenger AppPreloader: /srv/shop (forking...)"; sleep 100000'
start -u shop -d /srv/shop perl -e '$0 = "rq:worker:default: Listening on default"; sleep 100000'
wait_for starts -f 'rq:worker'
