/**
 * {@code millrace bench}: measurements of the whole system. Each command starts Millrace in
 * separate processes, so that it measures what users run. Everything runs on the main thread.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
