/**
 * The Java client: one object that submits requests, calls models and reads results. For Java 17;
 * needs Kafka's client and Jackson alone.
 *
 * <ul>
 *   <li>{@code request} builds requests of each endpoint
 * </ul>
 *
 * <p>Depends on the libraries that publish and read. One thread of a client reads the replies of
 * all its calls.
 */
@NullMarked
package dev.millrace.client;

import org.jspecify.annotations.NullMarked;
