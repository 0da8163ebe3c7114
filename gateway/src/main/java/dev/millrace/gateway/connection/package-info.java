/**
 * Notices clients that disconnect while their requests are handled, and accepts HTTP/1.0.
 *
 * <p>Helidon reads from a connection only between requests, so it would notice a disconnect only on
 * sending the answer. {@link dev.millrace.gateway.connection.WatchedConnectionSelector} reads ahead
 * for Helidon, and hands a first request of HTTP/1.0 on as HTTP/1.1. {@link
 * dev.millrace.gateway.connection.ConnectionLimit} answers connections above a limit with a
 * refusal, where Helidon would keep them waiting, and {@link
 * dev.millrace.gateway.connection.TlsHandshakes} ends handshakes of silent clients. Depends on
 * nothing of Millrace.
 */
@NullMarked
package dev.millrace.gateway.connection;

import org.jspecify.annotations.NullMarked;
