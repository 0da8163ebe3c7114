/**
 * A provider that answers every call with the same chat completion. It does as little work as
 * possible, so that it does not distort measurements. One virtual thread serves each connection.
 */
@NullMarked
package dev.millrace.bench.provider;

import org.jspecify.annotations.NullMarked;
