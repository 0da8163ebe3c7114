/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.router.policy;

import org.jspecify.annotations.NullMarked;
