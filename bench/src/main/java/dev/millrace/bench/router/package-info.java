/** What the router costs: measured beside what there would be without it, in the same run. */
@NullMarked
package dev.millrace.bench.router;

import org.jspecify.annotations.NullMarked;
