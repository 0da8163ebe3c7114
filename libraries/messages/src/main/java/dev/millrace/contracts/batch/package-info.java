/**
 * The manifests of batches, by which a publisher reports how many lines it has published. Pure
 * values.
 */
@NullMarked
package dev.millrace.contracts.batch;

import org.jspecify.annotations.NullMarked;
