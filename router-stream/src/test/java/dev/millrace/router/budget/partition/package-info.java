/** Tests of the budgets of partitions. */
@NullMarked
package dev.millrace.router.budget.partition;

import org.jspecify.annotations.NullMarked;
