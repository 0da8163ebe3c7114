/**
 * Notices clients that close their connections while their requests are handled.
 *
 * <p>Helidon reads from a connection only between requests, so it would notice only when it sends
 * the answer. {@link dev.millrace.gateway.connection.WatchedConnectionSelector} reads ahead on
 * behalf of it. {@link dev.millrace.gateway.connection.ConnectionLimit} refuses connections above a
 * limit with an answer, where Helidon would let them wait. Depends on nothing of Millrace.
 */
@NullMarked
package dev.millrace.gateway.connection;

import org.jspecify.annotations.NullMarked;
