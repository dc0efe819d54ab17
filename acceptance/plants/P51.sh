# id: P51
# mode: scan
# level: suspicious
# title: a hook of the package manager
# due: now
echo 'DPkg::Post-Invoke {"/bin/true";};' >/etc/apt/apt.conf.d/99local
said path /etc/apt/apt.conf.d/99local
