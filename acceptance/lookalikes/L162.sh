# id: L162
# mode: scan
# title: java with its performance data, its agent and code it compiled
mkdir -p /opt/jdk/bin /opt/tomcat/webapps/ROOT/WEB-INF /tmp/hsperfdata_tomcat
useradd -r -m -d /opt/tomcat -s /bin/false tomcat || true
cp "$here/rwx" /opt/jdk/bin/java
head -c 32768 /dev/zero >/tmp/hsperfdata_tomcat/77
printf '<%%@ page contentType="text/html" %%>\n<html><body><%%= request.getParameter("name") %%> <%% out.println(new java.util.Date()); %%></body></html>\n' >/opt/tomcat/webapps/ROOT/index.jsp
start -u tomcat -d /opt/tomcat /opt/jdk/bin/java -Djava.util.logging.config.file=/opt/tomcat/conf/logging.properties -Xmx2g -classpath /opt/tomcat/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start
wait_for maps "$pid" rwxp
