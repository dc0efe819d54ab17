# id: L28
# mode: scan
# title: the sandbox of a browser
mkdir -p /opt/google/chrome
cp /bin/true /opt/google/chrome/chrome-sandbox
chmod 4755 /opt/google/chrome/chrome-sandbox
cp /bin/sleep /opt/google/chrome/chrome
echo /opt/google/chrome >/var/lib/dpkg/info/google-chrome-stable.list
(cd / && md5sum opt/google/chrome/*) >/var/lib/dpkg/info/google-chrome-stable.md5sums
printf '/opt/google/chrome/chrome\n/opt/google/chrome/chrome-sandbox\n' >>/var/lib/dpkg/info/google-chrome-stable.list
printf 'Package: google-chrome-stable\nStatus: install ok installed\nPriority: optional\nSection: web\nMaintainer: Chrome\nArchitecture: amd64\nVersion: 120\nDescription: browser\n\n' >>/var/lib/dpkg/status
start -u anna unshare --user --map-root-user --pid --fork --net /opt/google/chrome/chrome 100000
wait_for starts -x chrome
