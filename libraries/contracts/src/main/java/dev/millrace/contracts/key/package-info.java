/**
 * The API keys of the gateway: their notation, stored form and permissions.
 *
 * <p>The stored form contains only salted hashes of the secret. A fast hash is enough, because 256
 * random bits cannot be guessed.
 */
@NullMarked
package dev.millrace.contracts.key;

import org.jspecify.annotations.NullMarked;
