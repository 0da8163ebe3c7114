/**
 * The configuration: one self-validating record with defaults for each section of the file.
 *
 * <p>Values only, safe on any thread. Depends on {@code catalog}, {@code job} and {@code money};
 * {@code config.loading} reads the file.
 */
@NullMarked
package dev.millrace.contracts.config;

import org.jspecify.annotations.NullMarked;
