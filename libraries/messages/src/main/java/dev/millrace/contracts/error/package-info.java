/** The error taxonomy: why a job or an attempt failed, and how the pipeline reacts. Pure values. */
@NullMarked
package dev.millrace.contracts.error;

import org.jspecify.annotations.NullMarked;
