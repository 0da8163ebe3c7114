/** Computes SHA-256 digests. Usable from any thread. Depends on nothing. */
@NullMarked
package dev.millrace.contracts.digest;

import org.jspecify.annotations.NullMarked;
