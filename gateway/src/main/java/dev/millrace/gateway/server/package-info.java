/**
 * The settings of the gateway's web server: limits, slow clients, and the errors of requests that
 * reach no route. Depends on {@code http} and {@code connection}.
 */
@NullMarked
package dev.millrace.gateway.server;

import org.jspecify.annotations.NullMarked;
