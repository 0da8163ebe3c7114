/** Tests of the lending of budgets. */
@NullMarked
package dev.millrace.router.budget;

import org.jspecify.annotations.NullMarked;
