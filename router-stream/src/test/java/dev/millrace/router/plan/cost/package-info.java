/** Tests of the costs of jobs. */
@NullMarked
package dev.millrace.router.plan.cost;

import org.jspecify.annotations.NullMarked;
