/**
 * What services report about the steps of jobs, for traces. Depends on jobs, headers and costs. The
 * threads of services call it.
 */
@NullMarked
package dev.millrace.contracts.trace;

import org.jspecify.annotations.NullMarked;
