/** Policies in a whole pipeline: what guards let through before they stop an arm. */
@NullMarked
package dev.millrace.standalone.policy;

import org.jspecify.annotations.NullMarked;
