/**
 * Remembers which jobs a long file has named, without heap: memory that the operating system can
 * take back. Used by one thread. Depends only on the errors of {@code console}.
 */
@NullMarked
package dev.millrace.standalone.fingerprint;

import org.jspecify.annotations.NullMarked;
