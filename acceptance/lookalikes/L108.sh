# id: L108
# mode: scan
# title: start files of shells as vendors and language tools write them
cat >/etc/profile.d/golang.sh <<'END'
export PATH=$PATH:/usr/local/go/bin
export GOPATH=$HOME/go
END
printf 'export JAVA_HOME=/usr/lib/jvm/default-java\nexport PATH=$JAVA_HOME/bin:$PATH\n' >/etc/profile.d/jdk.sh
printf 'if [ -n "$BASH_VERSION" ] && [ -r /usr/share/bash-completion/bash_completion ]; then . /usr/share/bash-completion/bash_completion; fi\nTMOUT=900; readonly TMOUT; export TMOUT\numask 027\n' >/etc/profile.d/cis.sh
printf 'export HISTTIMEFORMAT="%%F %%T "\nexport HISTSIZE=50000 HISTFILESIZE=100000\nshopt -s histappend\nPROMPT_COMMAND="history -a; $PROMPT_COMMAND"\n' >/etc/profile.d/history.sh
for home in /root /home/anna; do
    cat >>"$home/.bashrc" <<'END'
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"  # This loads nvm
export PYENV_ROOT="$HOME/.pyenv"
command -v pyenv >/dev/null || export PATH="$PYENV_ROOT/bin:$PATH"
eval "$(pyenv init -)"
. "$HOME/.cargo/env"
eval "$(direnv hook bash)"
eval "$(starship init bash)"
eval "$(ssh-agent -s)" >/dev/null
# >>> conda initialize >>>
__conda_setup="$('/opt/conda/bin/conda' 'shell.bash' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then eval "$__conda_setup"; else export PATH="/opt/conda/bin:$PATH"; fi
unset __conda_setup
# <<< conda initialize <<<
[ -f ~/.fzf.bash ] && source ~/.fzf.bash
export SDKMAN_DIR="$HOME/.sdkman"
[[ -s "$HOME/.sdkman/bin/sdkman-init.sh" ]] && source "$HOME/.sdkman/bin/sdkman-init.sh"
source <(kubectl completion bash)
complete -C /usr/local/bin/terraform terraform
alias ll='ls -alF' la='ls -A' grep='grep --color=auto' k=kubectl dps='docker ps --format "{{.Names}}"'
export PS1='\u@\h:\w\$ '
END
done
printf 'export NVM_DIR="$HOME/.nvm"\n. "$HOME/.cargo/env"\n' >>/root/.profile
chown anna: /home/anna/.bashrc
