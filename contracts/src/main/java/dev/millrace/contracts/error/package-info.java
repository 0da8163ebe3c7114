/** The error taxonomy: why a job or an attempt failed, and what follows from it. Pure values. */
@NullMarked
package dev.millrace.contracts.error;

import org.jspecify.annotations.NullMarked;
