@NullMarked
package dev.millrace.router.classify.body;

import org.jspecify.annotations.NullMarked;
