# id: P103
# mode: scan
# level: suspicious
# title: a perl program that renamed itself to a kernel thread
# due: now
pick name '[kauditd]' '[scsi_eh_0]' '[jbd2/sda1-8]' '[md0_raid1]' '[kswapd0]' '[nfsd]' '[ext4-rsv-conver]'
pick user root www-data anna
start -u "$user" perl -e "\$0 = '$name'; open(F, '>', '$ready'); close(F); sleep 100000;"
wait_ready
wait_for grep -qF -- "$name" "/proc/$pid/cmdline"
said pid "$pid"
