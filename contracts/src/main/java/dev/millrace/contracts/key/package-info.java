/**
 * The API keys of the gateway: how a key is written, what is stored of it, and what it permits.
 *
 * <p>The stored form never has the secret, only salted hashes of it. A secret has 256 random bits,
 * so a fast hash is enough: there is nothing to guess.
 */
@NullMarked
package dev.millrace.contracts.key;

import org.jspecify.annotations.NullMarked;
