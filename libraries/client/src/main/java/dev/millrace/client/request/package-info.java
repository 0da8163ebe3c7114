/**
 * Requests of the five endpoints, and their builders. Depends on what travels.
 *
 * <p>A builder belongs to one thread; a request is an immutable value.
 */
@NullMarked
package dev.millrace.client.request;

import org.jspecify.annotations.NullMarked;
