/** Tests of the cluster's topics. */
@NullMarked
package dev.millrace.router.topic;

import org.jspecify.annotations.NullMarked;
