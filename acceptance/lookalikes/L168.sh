# id: L168
# mode: scan
# title: settings of git and of editors
printf '[user]\n\tname = Anna\n[core]\n\teditor = vim\n\tpager = less -FRX\n\tsshCommand = ssh -i ~/.ssh/id_work\n\thooksPath = ~/.githooks\n\tfsmonitor = true\n[alias]\n\tlg = !git log --oneline --graph\n\tst = status\n[credential]\n\thelper = store\n[filter "lfs"]\n\tclean = git-lfs clean -- %%f\n\tprocess = git-lfs filter-process\n' >/home/anna/.gitconfig
printf '[safe]\n\tdirectory = *\n[core]\n\tpager = less\n' >/etc/gitconfig
mkdir -p /home/anna/.githooks /opt/app/.git/hooks
printf '#!/bin/sh\nexec pre-commit run --hook-stage pre-commit\n' >/home/anna/.githooks/pre-commit
printf '#!/bin/sh\nnpm ci --silent && npm run build && sudo systemctl restart app\n' >/opt/app/.git/hooks/post-merge
chmod 755 /home/anna/.githooks/pre-commit /opt/app/.git/hooks/post-merge
echo 'set nocompatible' >/home/anna/.vimrc
chown -R anna: /home/anna
