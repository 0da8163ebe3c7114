/** What a publisher says about the batches that it has published. Pure values. */
@NullMarked
package dev.millrace.contracts.batch;

import org.jspecify.annotations.NullMarked;
