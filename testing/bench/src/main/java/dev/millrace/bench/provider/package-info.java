/**
 * A provider that answers every call with the same chat completion. It does as little work as
 * possible, so that it does not distort measurements. One virtual thread serves each connection.
 * Callers of a provider have the HTTP client of Millrace, and nothing else of it.
 */
@NullMarked
package dev.millrace.bench.provider;

import org.jspecify.annotations.NullMarked;
