/**
 * {@code millrace webhooks}: lists deliveries, sends them again, and tests receivers. Runs on the
 * command's thread.
 */
@NullMarked
package dev.millrace.standalone.webhook;

import org.jspecify.annotations.NullMarked;
