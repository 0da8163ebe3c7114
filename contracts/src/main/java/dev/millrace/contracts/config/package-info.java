/**
 * The configuration file: one self-validating record with defaults for each section, the loader
 * that reads a file and reports all its problems at once, and the table of settings that are not
 * supported yet.
 *
 * <p>Values only, safe on any thread; the loader reads files, but gets the process environment as
 * an argument. Depends on {@code catalog}, {@code job}, {@code money} and {@code yaml}.
 */
@NullMarked
package dev.millrace.contracts.config;

import org.jspecify.annotations.NullMarked;
