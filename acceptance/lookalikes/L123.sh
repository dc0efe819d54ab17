# id: L123
# mode: scan
# title: a list of advertisers and names of containers in hosts
{
    for n in {1..400}; do echo "0.0.0.0 ads$n.tracker.example.net"; done
    echo '0.0.0.0 doubleclick.net'
    echo '127.0.1.1 web1.example.org web1'
    echo '172.17.0.1 host.docker.internal gateway.docker.internal'
    echo '10.96.0.1 kubernetes.default.svc kubernetes'
    echo '127.0.0.1 app.local api.app.local'
    echo '10.0.0.7 packages.example.org git.example.org'
    echo '169.254.169.254 metadata.google.internal metadata'
    echo 'ff02::1 ip6-allnodes'
} >>/etc/hosts
