@NullMarked
package org.plantbuddy.bridge.provision;

import org.jspecify.annotations.NullMarked;
