/**
 * The outbox of webhooks: tables of events, receivers and deliveries. Several sinks may share it: a
 * delivery that one of them sends is leased to it. A receiver is a configured webhook; the tables
 * call it an endpoint. Depends on the database, query and store packages and on contracts.
 */
@NullMarked
package dev.millrace.sink.webhook.outbox;

import org.jspecify.annotations.NullMarked;
