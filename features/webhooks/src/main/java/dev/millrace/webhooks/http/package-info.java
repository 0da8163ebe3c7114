/**
 * Posts events over HTTP. Connects only to checked addresses: public addresses, and addresses that
 * the configuration allows. Blocks the caller's thread. Depends on contracts.
 */
@NullMarked
package dev.millrace.webhooks.http;

import org.jspecify.annotations.NullMarked;
