/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.router.budget.owner;

import org.jspecify.annotations.NullMarked;
