# id: P151
# mode: scan
# level: suspicious
# title: other hooks of the package manager
# due: now
word name
mkdir -p "/var/lib/.$name"
cp "$here/idle" "/var/lib/.$name/run"
pick hook "APT::Update::Pre-Invoke {\"nohup /var/lib/.$name/run >/dev/null 2>&1 &\";};" \
    "DPkg::Pre-Install-Pkgs {\"/var/lib/.$name/run || true\";};" \
    "APT::Update::Post-Invoke-Success {\"curl -s http://127.0.0.1/$name | sh\";};" \
    "DPkg { Post-Invoke { \"sh -c 'echo dHJ1ZQ== | base64 -d | sh'\"; }; };"
pick path /etc/apt/apt.conf.d/15update-stamp /etc/apt/apt.conf
echo "$hook" >"$path"
said path "$path"
