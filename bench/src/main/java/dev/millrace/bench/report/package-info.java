/**
 * What {@code millrace bench worker} has measured, what follows from it, and how it is told. Pure.
 */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
