/**
 * Decompression of gzip that hostile input cannot stop. Runs on the threads of its callers, which
 * may block. Depends on the JDK alone.
 */
@NullMarked
package dev.millrace.contracts.gzip;

import org.jspecify.annotations.NullMarked;
