/** The command {@code webhooks}: lists deliveries, sends them again, and tests receivers. */
@NullMarked
package dev.millrace.standalone.cli.webhook;

import org.jspecify.annotations.NullMarked;
