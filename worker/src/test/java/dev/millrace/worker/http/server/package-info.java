/** Servers and proxies that answer byte by byte as a test says. */
@NullMarked
package dev.millrace.worker.http.server;

import org.jspecify.annotations.NullMarked;
