/**
 * Publishes lines to a cluster: {@link dev.millrace.standalone.publish.Publication}, for every
 * command. The manifests of the batches follow the lines: how many lines, when and by whom. Runs on
 * the threads of its callers.
 */
@NullMarked
package dev.millrace.standalone.publish;

import org.jspecify.annotations.NullMarked;
