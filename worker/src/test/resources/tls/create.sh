#!/bin/sh
# Creates ca.pem and server.p12 in the current folder: a server's key and certificate, signed by an authority of its own.
set -eu
key="-storepass testing -keyalg EC -groupname secp256r1"
valid="-startdate 2020/01/01 -validity 36500"
keytool -genkeypair $key $valid -keystore ca.p12 -alias ca -dname "CN=Test authority" -ext bc:critical=ca:true -ext ku:critical=keyCertSign
keytool -exportcert -rfc -keystore ca.p12 -storepass testing -alias ca > ca.pem
keytool -genkeypair $key $valid -keystore server.p12 -alias server -dname CN=localhost
keytool -certreq -keystore server.p12 -storepass testing -alias server |
    keytool -gencert -rfc -keystore ca.p12 -storepass testing -alias ca $valid -ext san=dns:localhost,ip:127.0.0.1 -ext eku=serverAuth > server.pem
keytool -importcert -noprompt -keystore server.p12 -storepass testing -alias ca -file ca.pem
keytool -importcert -noprompt -keystore server.p12 -storepass testing -alias server -file server.pem
rm ca.p12 server.pem
