/**
 * Webhooks: finds events, stores them in the outbox, and posts them until their receivers accept
 * them. One thread finds events. Each receiver has a sending thread, so that a slow receiver delays
 * no other. A sink does not know them: they read its database and the control state.
 *
 * <ul>
 *   <li>{@code outbox} events and deliveries in the database
 *   <li>{@code http} posts to addresses that are permitted
 * </ul>
 *
 * <p>{@code docs/decisions/025-usage-dashboard-and-webhooks.md} has the reasons.
 */
@NullMarked
package dev.millrace.webhooks;

import org.jspecify.annotations.NullMarked;
