/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.router.budget.account;

import org.jspecify.annotations.NullMarked;
