/**
 * Webhooks: the events, the key that signs them as defined by <a
 * href="https://www.standardwebhooks.com">Standard Webhooks</a>, and ranges of IP addresses.
 * Immutable values, safe on any thread.
 */
@NullMarked
package dev.millrace.contracts.webhook;

import org.jspecify.annotations.NullMarked;
