/** SHA-256 digests. Any thread may use them. Depends on nothing. */
@NullMarked
package dev.millrace.contracts.digest;

import org.jspecify.annotations.NullMarked;
