/**
 * The figures of {@code millrace bench worker}, the targets derived from them, and their output as
 * text and JSON. Pure functions.
 */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
