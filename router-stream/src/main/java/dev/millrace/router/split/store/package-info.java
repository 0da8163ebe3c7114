/**
 * The stored state of split jobs: their records and progress, their running parts, and the answers
 * to the ended ones. Belongs to the stream thread of a task. Depends on {@code waiting}.
 */
@NullMarked
package dev.millrace.router.split.store;

import org.jspecify.annotations.NullMarked;
