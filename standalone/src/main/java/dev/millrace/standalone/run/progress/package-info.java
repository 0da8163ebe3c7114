/**
 * Progress of a run while it waits for outcomes: the pending lines, the display, why jobs wait, and
 * the detection of a stall. The sink's thread reports outcomes; the main thread reads.
 */
@NullMarked
package dev.millrace.standalone.run.progress;

import org.jspecify.annotations.NullMarked;
