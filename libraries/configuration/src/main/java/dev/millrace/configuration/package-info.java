/**
 * The configuration: one self-validating record with defaults for each section of the file, and the
 * topics that it asks for.
 *
 * <p>Values only, safe on any thread. Depends on contracts and on the reader of files; {@code
 * loading} reads the file.
 */
@NullMarked
package dev.millrace.configuration;

import org.jspecify.annotations.NullMarked;
