/**
 * Detects repeated job ids in long files without using heap. Used by one thread. Depends only on
 * the errors of {@code console}.
 */
@NullMarked
package dev.millrace.standalone.fingerprint;

import org.jspecify.annotations.NullMarked;
