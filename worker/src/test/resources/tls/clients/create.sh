#!/bin/sh
# Creates ca.pem, and two clients of this authority in the current folder: NAME.pem has the certificate, NAME.key the key as PKCS#8.
set -eu
key="-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
openssl genpkey $key -out ca.key
openssl req -x509 -key ca.key -days 36500 -subj "/CN=Authority of clients" -addext keyUsage=critical,keyCertSign -out ca.pem
for name in first second; do
    openssl genpkey $key -out $name.key
    openssl req -new -key $name.key -subj "/CN=$name client" |
        openssl x509 -req -CA ca.pem -CAkey ca.key -days 36500 -out $name.pem
done
rm ca.key
