# id: K107
# mode: scan
# level: suspicious
# title: a rule of polkit that lets everybody do all
# due: now
word name
pick path /etc/polkit-1/rules.d/$name.rules /usr/share/polkit-1/rules.d/$name.rules
mkdir -p "${path%/*}"
printf 'polkit.addRule(function(action, subject) {\n    return polkit.Result.YES;\n});\n' >"$path"
said path "$path"
