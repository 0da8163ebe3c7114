/**
 * Webhooks: finds events, stores them in the outbox, and posts them until their receivers accept
 * them. One thread finds events. Each receiver has a sending thread, so that a slow receiver delays
 * no other. Depends on its subpackages, on contracts, and on the database, follow, query, store and
 * usage packages.
 *
 * <p>{@code docs/decisions/025-usage-dashboard-and-webhooks.md} has the reasons.
 */
@NullMarked
package dev.millrace.sink.webhook;

import org.jspecify.annotations.NullMarked;
