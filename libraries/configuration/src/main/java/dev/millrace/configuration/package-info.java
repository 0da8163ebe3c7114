/**
 * The configuration: one self-validating record with defaults for each section of the file, and the
 * topics that it asks for. Values only, safe on any thread.
 *
 * <ul>
 *   <li>{@code loading} reads and checks the file
 *   <li>{@code provider} settings in which providers differ
 * </ul>
 */
@NullMarked
package dev.millrace.configuration;

import org.jspecify.annotations.NullMarked;
