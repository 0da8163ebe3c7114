/**
 * Webhooks: the events that can be sent, the key that signs them in the form of <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a>, and ranges of IP addresses.
 * Immutable values, safe on any thread.
 */
@NullMarked
package dev.millrace.contracts.webhook;

import org.jspecify.annotations.NullMarked;
