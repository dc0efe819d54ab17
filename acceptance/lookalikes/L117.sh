# id: L117
# mode: scan
# title: packages of python installed by people, with start files
place=/home/anna/.local/lib/python3.11/site-packages
mkdir -p "$place/requests" "$place/__editable___tool" /usr/local/lib/python3.11/dist-packages /srv/app/venv/lib/python3.11/site-packages /home/anna/src/tool
echo 'VERSION = 1' >"$place/requests/__init__.py"
echo "import __editable___tool_1_0_finder; __editable___tool_1_0_finder.install()" >"$place/__editable__.tool-1.0.pth"
printf 'MAPPING = {"tool": "/home/anna/src/tool"}\ndef install():\n    pass\n' >"$place/__editable___tool_1_0_finder.py"
echo /home/anna/src/tool >"$place/easy-install.pth"
echo "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); " >/srv/app/venv/lib/python3.11/site-packages/distutils-precedence.pth
cp /srv/app/venv/lib/python3.11/site-packages/distutils-precedence.pth /usr/local/lib/python3.11/dist-packages/
echo "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('google',));importlib = has_mfs and __import__('importlib.util');" >/usr/local/lib/python3.11/dist-packages/protobuf-3.20-nspkg.pth
echo 'import coverage; coverage.process_startup()' >/srv/app/venv/lib/python3.11/site-packages/a1_coverage.pth
printf 'from ddtrace.bootstrap import sitecustomize\n' >/srv/app/venv/lib/python3.11/site-packages/sitecustomize.py
chown -R anna: /home/anna
