# id: L144
# mode: scan
# title: a report and a build left in /tmp
printf '#!/bin/sh\ndf -h | mail -s report admin@example.org\n' >/tmp/report.sh
chmod 755 /tmp/report.sh
mkdir -p /tmp/build-1234/obj /tmp/pip-build-env-x1/overlay/bin /tmp/systemd-private-3f2c-app.service-x1/tmp /tmp/tmux-1000 /tmp/ssh-XXabc /tmp/.org.chromium.Chromium.x1 /tmp/snap-private-tmp /var/tmp/cloud-init /tmp/npm-1234
cp "$here/idle" /tmp/build-1234/a.out
cp "$here/empty.so" /tmp/build-1234/obj/lib.so
printf '#!/usr/bin/env python3\n' >/tmp/pip-build-env-x1/overlay/bin/cython
chmod 755 /tmp/pip-build-env-x1/overlay/bin/cython
mkdir -p /tmp/jna-3506402 /tmp/.java_pid1234.d
cp "$here/empty.so" /tmp/jna-3506402/jna1234.tmp
cp "$here/empty.so" /tmp/libsnappyjava-1.1.so
head -c 4096 /dev/urandom >/tmp/core.4711
