/** The outputs of the pipeline: results, cost events and dead letters, with their codecs. */
@NullMarked
package dev.millrace.contracts.result;

import org.jspecify.annotations.NullMarked;
