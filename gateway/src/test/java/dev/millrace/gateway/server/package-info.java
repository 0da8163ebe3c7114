/** Tests of the web server's limits, with raw sockets. */
@NullMarked
package dev.millrace.gateway.server;

import org.jspecify.annotations.NullMarked;
