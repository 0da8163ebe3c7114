/** Tests of batch manifests. */
@NullMarked
package dev.millrace.contracts.batch;

import org.jspecify.annotations.NullMarked;
