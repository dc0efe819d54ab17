# id: L09
# mode: scan
# title: the runner of a build service in a home directory
useradd -m ci
place=/home/ci/actions-runner/bin
su ci -c "mkdir -p $place && cp /bin/sleep $place/Runner.Listener"
start -u ci -d /home/ci/actions-runner "$place/Runner.Listener" 100000
wait_for runs "$pid" "$place/Runner.Listener"
