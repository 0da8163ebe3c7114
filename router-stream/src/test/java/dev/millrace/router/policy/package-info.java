/** Tests of policies as they are now. */
@NullMarked
package dev.millrace.router.policy;

import org.jspecify.annotations.NullMarked;
