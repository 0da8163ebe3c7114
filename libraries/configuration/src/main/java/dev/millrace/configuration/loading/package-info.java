/**
 * Loads a Millrace file: reads the sections, checks the references between them, and reports all
 * problems at once.
 *
 * <p>Runs on the caller's thread at start-up; gets the process environment as an argument. Depends
 * on the parent package, on contracts and on the module {@code yaml}.
 */
@NullMarked
package dev.millrace.configuration.loading;

import org.jspecify.annotations.NullMarked;
