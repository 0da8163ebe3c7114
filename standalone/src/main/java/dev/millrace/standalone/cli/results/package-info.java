/**
 * Commands that use the database of a sink: {@code results}, {@code retry}, {@code costs}, {@code
 * dead-letters}, {@code forget}.
 */
@NullMarked
package dev.millrace.standalone.cli.results;

import org.jspecify.annotations.NullMarked;
