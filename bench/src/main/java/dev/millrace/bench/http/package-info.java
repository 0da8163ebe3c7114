/**
 * Compares HTTP clients with many calls in flight: {@code millrace bench http}. Client and server
 * have a process each; every call of a client has a virtual thread.
 */
@NullMarked
package dev.millrace.bench.http;

import org.jspecify.annotations.NullMarked;
