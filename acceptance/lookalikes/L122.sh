# id: L122
# mode: scan
# title: the central login of a company: a command for keys, modules of the directory
mkdir -p /usr/libexec/google /usr/lib/x86_64-linux-gnu/security
for package in libpam-sss libnss-sss sssd-common libpam-google-authenticator; do
    printf 'Package: %s\nStatus: install ok installed\nPriority: optional\nSection: admin\nMaintainer: X <x@example.org>\nArchitecture: amd64\nVersion: 2.8\nDescription: %s\n\n' "$package" "$package" >>/var/lib/dpkg/status
done
cp "$here/empty.so" /usr/lib/x86_64-linux-gnu/security/pam_sss.so
cp "$here/empty.so" /usr/lib/x86_64-linux-gnu/security/pam_google_authenticator.so
cp "$here/empty.so" /usr/lib/x86_64-linux-gnu/libnss_sss.so.2
cp "$here/idle" /usr/bin/sss_ssh_authorizedkeys
echo /usr/lib/x86_64-linux-gnu/security/pam_sss.so >/var/lib/dpkg/info/libpam-sss:amd64.list
echo /usr/lib/x86_64-linux-gnu/libnss_sss.so.2 >/var/lib/dpkg/info/libnss-sss:amd64.list
echo /usr/bin/sss_ssh_authorizedkeys >/var/lib/dpkg/info/sssd-common.list
echo /usr/lib/x86_64-linux-gnu/security/pam_google_authenticator.so >/var/lib/dpkg/info/libpam-google-authenticator.list
printf 'AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\nAuthorizedKeysCommandUser nobody\n' >/etc/ssh/sshd_config.d/sssd.conf
sed -i -E 's/^(passwd|group|shadow): *files/\1: files sss systemd/' /etc/nsswitch.conf
sed -i '1a auth	[success=2 default=ignore]	pam_sss.so use_first_pass' /etc/pam.d/common-auth
echo 'auth required pam_google_authenticator.so nullok' >>/etc/pam.d/sshd
echo 'session required pam_mkhomedir.so skel=/etc/skel umask=0077' >>/etc/pam.d/common-session
echo 'session optional pam_umask.so umask=027' >>/etc/pam.d/common-session
sed -i 's/nullok//' /etc/pam.d/common-auth
printf 'auth required pam_faillock.so preauth silent deny=5\n' >>/etc/pam.d/common-account
