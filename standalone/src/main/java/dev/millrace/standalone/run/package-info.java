/**
 * {@code millrace run}: processes one batch of files in an embedded pipeline. The main thread
 * executes one phase after the other while the pipeline's threads work: reads the input, publishes
 * each line or reuses its outcome, shows the progress, exports the results in input order, prints
 * the summary. The sink's thread reports outcomes. {@code journal} is the memory between runs.
 */
@NullMarked
package dev.millrace.standalone.run;

import org.jspecify.annotations.NullMarked;
