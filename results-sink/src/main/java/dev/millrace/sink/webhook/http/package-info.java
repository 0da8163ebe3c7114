/**
 * Posts events over HTTP. Connects only to addresses that are checked: public ones, and those that
 * the configuration allows. Blocks the caller's thread. Depends on contracts.
 */
@NullMarked
package dev.millrace.sink.webhook.http;

import org.jspecify.annotations.NullMarked;
