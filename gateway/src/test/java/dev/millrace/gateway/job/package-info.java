/** Tests of submitting jobs and awaiting results. */
@NullMarked
package dev.millrace.gateway.job;

import org.jspecify.annotations.NullMarked;
