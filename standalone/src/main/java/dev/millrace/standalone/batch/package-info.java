/**
 * {@code millrace submit}, and the publication of lines for every command: {@link
 * dev.millrace.standalone.batch.Publication}. The manifests of the batches follow the lines: how
 * many lines, when and by whom. Runs on the threads of its callers.
 */
@NullMarked
package dev.millrace.standalone.batch;

import org.jspecify.annotations.NullMarked;
