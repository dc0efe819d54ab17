# id: L109
# mode: scan
# title: aliases and functions of an admin that keep a command and add to it
cat >>/root/.bashrc <<'END'
alias ls='ls --color=auto' ll='ls -l' rm='rm -i' cp='cp -i' mv='mv -i'
alias ps='ps --forest' ss='ss -p' top='top -d 1' df='df -h' sudo='sudo ' free='free -m'
alias dmesg='dmesg -T' ip='ip -c' netstat='netstat -tulpen' less='less -R' grep='grep --color'
cd() { builtin cd "$@" && ls; }
mkcd() { mkdir -p "$1" && cd "$1"; }
psg() { ps aux | grep -v grep | grep -i -e VSZ -e "$1"; }
man() { LESS_TERMCAP_md=$'\e[1;36m' command man "$@"; }
END
