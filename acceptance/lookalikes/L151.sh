# id: L151
# mode: scan
# title: hooks of the kernel's and the first boot stage's packages by an admin
mkdir -p /etc/initramfs-tools/conf.d /etc/dracut.conf.d /etc/kernel/postinst.d /etc/default/grub.d /etc/initramfs-tools
echo 'RESUME=none' >/etc/initramfs-tools/conf.d/resume
printf '# List of modules\nvirtio_blk\nixgbe\n' >/etc/initramfs-tools/modules
echo 'add_drivers+=" nvme "' >/etc/dracut.conf.d/nvme.conf
echo 'GRUB_CMDLINE_LINUX="console=ttyS0 net.ifnames=0 cgroup_enable=memory"' >/etc/default/grub.d/50-cloudimg-settings.cfg
mkdir -p /etc/letsencrypt/renewal-hooks/deploy
printf '#!/bin/sh\nsystemctl reload nginx\n' >/etc/letsencrypt/renewal-hooks/deploy/nginx
chmod 755 /etc/letsencrypt/renewal-hooks/deploy/nginx
