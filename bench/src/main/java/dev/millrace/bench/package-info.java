/**
 * Measurements of the whole system: {@code millrace bench}. Each command drives Millrace as
 * processes of its own, so that what is measured is what a user runs. All on the main thread.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
