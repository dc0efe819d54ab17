# id: L162
# mode: scan
# title: java with its performance data, its agent and code it compiled
mkdir -p /opt/jdk/bin /opt/tomcat/webapps/ROOT/WEB-INF /tmp/hsperfdata_tomcat
useradd -r -m -d /opt/tomcat -s /bin/false tomcat || true
mkdir -p /opt/jdk/lib/server
cp "$python" /opt/jdk/bin/java
cp "$here/empty.so" /opt/jdk/lib/server/libjvm.so
printf 'JAVA_VERSION="17.0.9"\n' >/opt/jdk/release
cat >/opt/jdk/lib/main.py <<END
import ctypes, mmap, signal
ctypes.CDLL("/opt/jdk/lib/server/libjvm.so")
code = mmap.mmap(-1, 1 << 21, prot=7, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
signal.pause()
END
head -c 32768 /dev/zero >/tmp/hsperfdata_tomcat/77
printf '<%%@ page contentType="text/html" %%>\n<html><body><%%= request.getParameter("name") %%> <%% out.println(new java.util.Date()); %%></body></html>\n' >/opt/tomcat/webapps/ROOT/index.jsp
start -u tomcat -d /opt/tomcat /opt/jdk/bin/java /opt/jdk/lib/main.py -Djava.util.logging.config.file=/opt/tomcat/conf/logging.properties -Xmx2g -classpath /opt/tomcat/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start
wait_for maps "$pid" rwxp
