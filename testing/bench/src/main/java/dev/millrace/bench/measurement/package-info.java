/**
 * What all measurements share: options, a work folder, and a report as text or JSON. Runs on the
 * main thread.
 */
@NullMarked
package dev.millrace.bench.measurement;

import org.jspecify.annotations.NullMarked;
