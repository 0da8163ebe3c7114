/** How much of a process's heap the jobs and buffers of its parts may take. Pure computation. */
@NullMarked
package dev.millrace.contracts.memory;

import org.jspecify.annotations.NullMarked;
