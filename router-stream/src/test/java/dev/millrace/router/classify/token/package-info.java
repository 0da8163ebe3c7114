@NullMarked
package dev.millrace.router.classify.token;

import org.jspecify.annotations.NullMarked;
