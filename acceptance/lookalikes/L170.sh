# id: L170
# mode: scan
# title: what a person's directories hold: programs, copies of keys, virtual machines, sockets
mkdir -p /home/anna/Downloads /home/anna/.local/share/Steam /home/anna/.config/Code /home/anna/.cache/pre-commit/repoab/py_env/bin /home/anna/go/bin /home/anna/.wine '/home/anna/My Documents' /home/anna/.deno/bin /home/anna/.docker/cli-plugins
cp "$here/idle" /home/anna/Downloads/installer.run
cp "$here/idle" /home/anna/go/bin/gopls
cp "$here/idle" /home/anna/.deno/bin/deno
cp "$here/idle" /home/anna/.docker/cli-plugins/docker-compose
cp "$here/idle" '/home/anna/My Documents/tool name'
mkdir -p /home/anna/.local/share/nvim /root/.vscode-server/bin/x /root/.local/bin
cp "$here/idle" /root/.local/bin/uv
echo 'export PATH="$HOME/.local/bin:$PATH"' >>/root/.profile
chown -R anna: /home/anna
start -u anna -d /home/anna /home/anna/go/bin/gopls -mode=stdio
start -d /root /root/.local/bin/uv run app.py
wait_for runs "$pid" /root/.local/bin/uv
