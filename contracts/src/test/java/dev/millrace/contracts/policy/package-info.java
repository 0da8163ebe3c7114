/** Tests of policies. */
@NullMarked
package dev.millrace.contracts.policy;

import org.jspecify.annotations.NullMarked;
