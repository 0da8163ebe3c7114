/** Tests of webhooks: which events are found, and that each receiver gets each once. */
@NullMarked
package dev.millrace.sink.webhook;

import org.jspecify.annotations.NullMarked;
