/**
 * The outbox of webhooks: tables of events, receivers and deliveries. Several sinks can share the
 * outbox: each delivery is leased to the sink that sends it. A receiver is a configured webhook;
 * the tables call it an endpoint. Depends on the database, query and store packages and on
 * contracts.
 */
@NullMarked
package dev.millrace.webhooks.outbox;

import org.jspecify.annotations.NullMarked;
