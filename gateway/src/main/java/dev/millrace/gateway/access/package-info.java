/**
 * The API keys of the gateway as control stores them: their notation, stored form and permissions.
 * Pure values; any thread. Depends on contracts.
 *
 * <p>The stored form contains only salted hashes of the secret. A fast hash is enough, because 256
 * random bits cannot be guessed.
 */
@NullMarked
package dev.millrace.gateway.access;

import org.jspecify.annotations.NullMarked;
