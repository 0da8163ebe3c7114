/**
 * {@code millrace cache}: shows, purges and evaluates stored answers, as text or JSON. Runs on the
 * command's thread.
 */
@NullMarked
package dev.millrace.standalone.cache;

import org.jspecify.annotations.NullMarked;
