/**
 * The dashboard: one page with its style, scripts and icon, which reads the usage API. The threads
 * of the web server serve it. Depends on nothing of ours.
 *
 * <p>{@code docs/decisions/025-usage-dashboard-and-webhooks.md} has the reasons.
 */
@NullMarked
package dev.millrace.gateway.dashboard;

import org.jspecify.annotations.NullMarked;
