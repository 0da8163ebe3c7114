/**
 * What a provider's answer means: which error of the taxonomy it is, what it was paid, and how long
 * it asks us to wait. Pure functions of status, headers and bytes, called on the thread of the
 * call; depends on contracts only.
 */
@NullMarked
package dev.millrace.worker.answer;

import org.jspecify.annotations.NullMarked;
