/**
 * {@code millrace run}: processes one batch of files in an embedded pipeline. The subpackages
 * follow the phases of a run: {@code input}, {@code publish}, {@code progress}, {@code results},
 * {@code summary}; {@code journal} is the memory between runs. The main thread executes one phase
 * after the other while the pipeline's threads work.
 */
@NullMarked
package dev.millrace.standalone.run;

import org.jspecify.annotations.NullMarked;
